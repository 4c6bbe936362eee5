#!/bin/sh
# Makes the certificates of these tests anew in the current folder (see README.md). Run it in an empty one and
# copy the .pem files from there.
set -eu
key() { [ -f "$1.key" ] || openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
# issue NAME SUBJECT ISSUER EXTENSIONS START END [KEY]
issue() {
  key "${7:-$1}"
  openssl req -new -utf8 -key "${7:-$1}.key" -subj "$2" -out "$1.csr"
  printf '%s\n' "$4" > ext.cnf
  mkdir -p db; : > db/index; openssl rand -hex 16 > db/serial
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=db/index\nserial=db/serial\nnew_certs_dir=db\ndefault_md=sha256\npolicy=p\nunique_subject=no\npreserve=yes\n[p]\ncountryName=optional\norganizationName=optional\norganizationalUnitName=optional\ncommonName=optional\n' > ca.cnf
  if [ "$3" = self ]; then by="-selfsign -keyfile ${7:-$1}.key"; else by="-cert $3.pem -keyfile $3.key"; fi
  openssl ca -batch -notext -utf8 -config ca.cnf $by -in "$1.csr" -extfile ext.cnf -startdate "$5" -enddate "$6" -out "$1.pem" 2>/dev/null
}
CA='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid'
CLIENT='basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid'
OLD='20200101000000Z 20261220000000Z'
NEW='20260401000000Z 20560101000000Z'
LEAF='20260101000000Z 20261101000000Z'
RENEWED='20260601000000Z 20550101000000Z'
# One authority in the place of another, each with an issuing one below it.
issue old '/O=Acme/CN=Old Root' self "$CA" $OLD
issue new '/O=Acme/CN=New Root' self "$CA" $NEW
issue old-issuing '/O=Acme/CN=Old Issuing' old "$CA" $OLD
issue new-issuing '/O=Acme/CN=New Issuing' new "$CA" $NEW
issue billing '/O=Acme/CN=billing' old "$CLIENT" $LEAF
issue billing-renewed '/O=Acme/CN=billing' new "$CLIENT" $RENEWED
issue orders '/O=Acme/CN=orders' old-issuing "$CLIENT" $LEAF
issue orders-renewed '/O=Acme/OU=Shop/CN=orders' new-issuing "$CLIENT" $RENEWED
# The new root, certified by the old one: whoever sends it along gets in with either.
cp new.key crossed.key
issue crossed '/O=Acme/CN=New Root' old "$CA" $OLD crossed
# One name, and another key.
issue same-1 '/O=Acme/CN=Acme CA' self "$CA" $OLD
issue same-2 '/O=Acme/CN=Acme CA' self "$CA" $NEW
issue stock '/O=Acme/CN=stock' same-1 "$CLIENT" $LEAF
issue stock-renewed '/O=Acme/CN=stock' same-2 "$CLIENT" $RENEWED
