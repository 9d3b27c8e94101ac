package policies.lib.user_data_test

import data.policies.lib.user_data

_script := "#!/bin/sh\nexport TOKEN=canary-s3cr3t-0001\n"

# Encoders break lines after 76 characters.
_wrapped(text) := concat("\r\n", [line | some line in regex.find_n(`.{1,20}`, base64.encode(text), -1)])

test_reads_plain_text if {
	_script in user_data.readings(_script)
}

test_reads_encoded_text if {
	_script in user_data.readings(base64.encode(_script))
	_script in user_data.readings(_wrapped(_script))
}

test_reads_encoded_parts if {
	archive := concat("\r\n", [
		"Content-Type: multipart/mixed; boundary=\"X\"", "MIME-Version: 1.0", "", "--X",
		"Content-Transfer-Encoding: base64", "Content-Type: text/x-shellscript", "", _wrapped(_script), "--X--", "",
	])
	_script in user_data.readings(archive)
	_script in user_data.readings(base64.encode(archive))
}

test_reads_files_that_are_written if {
	config := sprintf("#cloud-config\nwrite_files:\n- encoding: b64\n  content: %s\n", [base64.encode(_script)])
	_script in user_data.readings(base64.encode(config))
}

test_survives_what_encodes_nothing if {
	user_data.readings("") == {""}
	user_data.readings("a b") == {"a b"}
	count(user_data.readings("AAAAAAAAAAAAAAAAAAAAAAAAAAAAA")) == 1
}
