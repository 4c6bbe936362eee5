#!/bin/sh
# Makes the examples anew in the current folder (see README.md). Run it in an empty one and copy
# the .pem files from there.
set -eu
# Far enough that the examples outlive the project.
START=20260101000000Z
END=20560101000000Z
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
# issue NAME SUBJECT ISSUER EXTENSIONS [START END]
issue() {
  key "$1"
  openssl req -new -utf8 -key "$1.key" -subj "$2" -out "$1.csr"
  printf '%s\n' "$4" > ext.cnf
  mkdir -p db; : > db/index; openssl rand -hex 16 > db/serial
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=db/index\nserial=db/serial\nnew_certs_dir=db\ndefault_md=sha256\npolicy=p\nunique_subject=no\npreserve=yes\nemail_in_dn=yes\n[p]\ncountryName=optional\norganizationName=optional\norganizationalUnitName=optional\ncommonName=optional\n' > ca.cnf
  if [ "$3" = self ]; then by="-selfsign -keyfile $1.key"; else by="-cert $3.crt -keyfile $3.key"; fi
  openssl ca -batch -notext -utf8 -config ca.cnf $by -in "$1.csr" -extfile ext.cnf -startdate "${5:-$START}" -enddate "${6:-$END}" -out "$1.crt" 2>/dev/null
}
CA='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid'
leaf() { printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid' "$1"; }
issue root '/C=US/O=Acme, Inc./CN=Acme Root' self "$CA"
issue issuing '/C=US/O=Acme, Inc./CN=Acme Issuing CA 2' root "$CA"
for name in billing inventory payments; do issue $name "/C=US/O=Acme, Inc./OU=Payments/CN=$name" issuing "$(leaf clientAuth)"; done
issue reporting '/C=US/O=Acme, Inc./CN=reporting' issuing "$(leaf serverAuth)"
issue legacy '/C=US/O=Acme, Inc./CN=legacy' issuing "$(leaf clientAuth)" 20240312000000Z 20250312000000Z
TAB=$(printf '\t')
issue awkward "/C=CH/O=Müller \\+ Söhne, Zürich/OU=Vertrieb; Export/CN=Jörg${TAB}Meier" issuing "$(leaf clientAuth)" "$START" "$END"
cp root.crt acme-root.pem
cp issuing.crt acme-issuing.pem
cat billing.crt issuing.crt > billing.pem
cp inventory.crt inventory.pem
cat payments.crt payments.key > payments-with-key.pem
cp reporting.crt reporting-server-only.pem
cp legacy.crt legacy-expired.pem
cp awkward.crt awkward-name.pem
