# Logs in with PyMongo and writes what became of it, as one line of JSON: URI and PEM are the arguments.

import json
import sys

import pymongo
import pymongo.errors

uri, pem = sys.argv[1:]
try:
    with pymongo.MongoClient(
        uri,
        authSource="$external",
        authMechanism="MONGODB-X509",
        tlsCertificateKeyFile=pem,
        serverSelectionTimeoutMS=2000,
    ) as client:
        status = client.admin.command("connectionStatus")
        print(json.dumps({"users": status["authInfo"]["authenticatedUsers"]}))
except pymongo.errors.OperationFailure as error:
    print(json.dumps({"code": error.code, "message": error.details["errmsg"]}))
except (pymongo.errors.PyMongoError, OSError, ValueError) as error:
    print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
