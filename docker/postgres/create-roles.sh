#!/bin/sh
# Runs once, on an empty data volume: a role that owns the schema, and one for the application, which
# owns nothing and can neither change nor delete what is append-only.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE malipo_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE malipo_app LOGIN PASSWORD :'app_password';
CREATE DATABASE malipo OWNER malipo_owner;
REVOKE ALL ON DATABASE malipo FROM PUBLIC;
GRANT CONNECT ON DATABASE malipo TO malipo_app;
SQL
