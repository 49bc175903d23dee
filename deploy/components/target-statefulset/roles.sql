-- The roles that Tocsin and the exporter need, and what each may do. psql's variables hold the passwords, none is here:
--   psql -v stress_password=… -v exporter_password=… -d app -f roles.sql
-- Neither is a superuser, so the slots that PostgreSQL reserves for those stay free in a flood.

CREATE ROLE tocsin_stress LOGIN PASSWORD :'stress_password';
CREATE ROLE postgres_exporter LOGIN PASSWORD :'exporter_password' IN ROLE pg_monitor CONNECTION LIMIT 5;

-- Scratch schemas, and the ledger's. Everything of Tocsin's is in them, and goes with them.
GRANT CREATE ON DATABASE app TO tocsin_stress;

-- To count its own sessions and those of others, which is how it stays below what is reserved.
GRANT pg_read_all_stats, pg_read_all_settings TO tocsin_stress;

-- The alert on sequences reads them.
GRANT pg_read_all_data TO postgres_exporter;

-- More, for stimuli that want more, stands on the page of each in docs/stimuli. Leave out what you do not run. Examples:
--   GRANT pg_checkpoint TO tocsin_stress;                              -- checkpointStorm
--   GRANT ALTER SYSTEM ON PARAMETER archive_command TO tocsin_stress;  -- archiverFailure, with
--   GRANT EXECUTE ON FUNCTION pg_reload_conf() TO tocsin_stress;
