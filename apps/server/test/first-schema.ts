/** A store as the first release wrote it, with a loaded generation, a hold and an entry of the trail. It never changes. */
export const FIRST_SCHEMA = `CREATE TABLE "kysely_migration" ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null);
CREATE TABLE "kysely_migration_lock" ("id" varchar(255) not null primary key, "is_locked" integer default 0 not null);
CREATE TABLE "journal" ("seq" integer primary key autoincrement, "entry" text not null);
CREATE TABLE "generations" ("module" text not null, "number" integer not null, "hash" text not null, "source_hash" text not null, "loaded_at" integer not null, "loaded_by" text not null, "note" text not null, "facts" text not null, "code" blob, "packages" text not null, constraint "generations_key" primary key ("module", "number"));
CREATE TABLE "contents" ("hash" text primary key, "kind" text not null, "body" blob not null);
CREATE TABLE "plans" ("id" text primary key, "owner" text not null, "expires_at" integer not null, "plan" text not null);
CREATE TABLE "acts" ("id" text primary key, "started_at" integer not null, "status" text not null, "act" text not null);
CREATE TABLE "sessions" ("key" text primary key, "actor" text not null, "expires_at" integer not null);
CREATE TABLE "audit" ("seq" integer primary key, "at" integer not null, "type" text not null, "actor" text, "body" text not null, "hash" text not null);
CREATE TABLE "audit_modules" ("module" text not null, "seq" integer not null, constraint "audit_modules_key" primary key ("module", "seq"));
CREATE TABLE "settings" ("name" text primary key, "value" text not null);
CREATE TABLE "metrics" ("step_seconds" integer not null, "at" integer not null, "sample" text not null, constraint "metrics_key" primary key ("step_seconds", "at"));
CREATE TABLE "lives" ("life" text primary key, "began_at" integer not null, "ready_at" integer, "seen_at" integer not null, "ended_at" integer, "safe" integer not null);
CREATE INDEX "audit_type" on "audit" ("type");
CREATE INDEX "audit_actor" on "audit" ("actor");
CREATE INDEX "audit_at" on "audit" ("at");
CREATE INDEX "acts_started" on "acts" ("started_at");
CREATE INDEX "generations_source" on "generations" ("source_hash");
insert into "kysely_migration" values ('0001_first', '2026-11-22T17:58:05.029Z');
insert into "kysely_migration_lock" values ('migration_lock', 0);
insert into "journal" values (1, '{"type":"loaded","generations":[{"module":"session","number":1}]}');
insert into "journal" values (2, '{"type":"held","module":"session","hold":{"by":"owner","reason":"night","since":"2026-11-22T00:00:00.000Z","until":null}}');
insert into "generations" values ('session', 1, 'h1', 's1', 1, 'owner', 'from the first release', '{"module":"session","number":1,"hash":"h1","sourceHash":"s1","origin":"session.ts","loadedAt":1,"loadedBy":"owner","note":"from the first release","releases":[],"exports":["start"],"imports":[],"codeBytes":10}', x'ab56cacd4f29cd4955b2522a4e2d2ececccf53d2514ace4f010928d50200', '[]');
insert into "contents" values ('s1', 'source', x'534aad28c82f2a5148cecf2b2e51a850b05530540200');
insert into "audit" values (1, 1795305600000, 'held', 'owner', '{"at":"2026-11-22T00:00:00.000Z","type":"held","actor":"owner","modules":["session"],"facts":{"type":"held","module":"session"}}', 'e27c174068fe0fb041e9d06293806f0a5f3a1e833129319cacc4215c105aab5c');
insert into "audit_modules" values ('session', 1);
insert into "settings" values ('x', '1');
`
