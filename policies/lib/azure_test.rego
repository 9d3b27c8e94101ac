package policies.lib.azure_test

import data.policies.lib.azure

test_new_names_come_first if {
	azure.node_public_ip_enabled({"node_public_ip_enabled": false, "enable_node_public_ip": true}) == {
		"name": "node_public_ip_enabled",
		"value": false,
	}
	azure.https_traffic_only_enabled({"https_traffic_only_enabled": true}).name == "https_traffic_only_enabled"
	azure.allow_nested_items_to_be_public({"allow_nested_items_to_be_public": true}).value
	azure.authorized_ip_ranges({"api_server_access_profile": [{"authorized_ip_ranges": ["a"]}]}).value == ["a"]
}

test_old_names if {
	azure.node_public_ip_enabled({"enable_node_public_ip": true}) == {"name": "enable_node_public_ip", "value": true}
	azure.https_traffic_only_enabled({"enable_https_traffic_only": false}).value == false
	azure.allow_nested_items_to_be_public({"allow_blob_public_access": true}).name == "allow_blob_public_access"
	azure.authorized_ip_ranges({"api_server_authorized_ip_ranges": ["a"]}).value == ["a"]
}

test_neither if {
	not azure.node_public_ip_enabled({})
	not azure.https_traffic_only_enabled({})
	not azure.allow_nested_items_to_be_public({})
	not azure.authorized_ip_ranges({"api_server_access_profile": []})
}
