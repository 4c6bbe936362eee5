#!/bin/sh
# Makes the certificates beside this file anew. They are kept because the texts in ../golden
# hold for them alone; their keys are not kept. Needs OpenSSL 3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cd "$work"
touch index.txt

cat > openssl.cnf <<'END'
[req]
distinguished_name = dn
[dn]
[ca]
default_ca = issuing
[issuing]
database = index.txt
new_certs_dir = .
unique_subject = no
rand_serial = yes
default_md = sha256
policy = anything
[anything]
countryName = optional
organizationName = optional
commonName = optional
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[mail_authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
nameConstraints = permitted;email:xn--nxasmq6b.example
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
[mail_client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectAltName = otherName:1.3.6.1.5.5.7.8.9;UTF8:ann@acme.example
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
END

# issue NAME SUBJECT EXTENSIONS ISSUER FROM TO [ALGORITHM]
issue() {
    case ${7:-EC} in
    EC) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" ;;
    *) openssl genpkey -quiet -algorithm "$7" -out "$1.key" ;;
    esac
    openssl req -new -utf8 -config openssl.cnf -key "$1.key" -subj "$2" -out "$1.csr"
    if [ "$4" = "$1" ]; then from=-selfsign; else from="-cert $4.pem"; fi
    openssl ca -batch -notext -preserveDN -config openssl.cnf -extensions "$3" -keyfile "$4.key" $from \
        -startdate "$5" -enddate "$6" -in "$1.csr" -out "$1.pem" 2> log || { cat log; exit 1; }
    cp "$1.pem" "$here/"
}

long="20260101000000Z 20460101000000Z"
issue root '/O=Acme/CN=Acme Root' authority root $long
issue issuing '/O=Acme/CN=Acme Issuing CA' authority root $long
issue old-root '/O=Acme/CN=Acme Root 2015' authority old-root 20150101000000Z 20251231235959Z
issue jane '/CN=Jane Doe' client root $long
issue joe '/O=Acme/CN=Joe Roe' client issuing $long
issue expired '/CN=Jane Doe' client root 20250101000000Z 20260312000000Z
issue soon '/CN=Ann Soon' client root 20260101000000Z 20261201000000Z
issue server '/CN=db.example.com' server root $long
issue tab "$(printf '/CN=a\tb')" client root $long
issue ed448-root '/O=Acme/CN=Acme Ed448 Root' authority ed448-root $long ED448
issue ed448 '/CN=Eve Poe' client ed448-root $long
# The engine doesn't compare such an address with such a domain, so this client has no verdict.
issue mail-root '/O=Acme/CN=Acme Mail Root' mail_authority mail-root $long
issue mail '/CN=Ann Mail' mail_client mail-root $long
cp jane.csr "$here/request.pem"
