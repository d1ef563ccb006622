const set = (words: string) => new Set(words.split(" "));

/** Verbs of statements that work on tables. */
export const QUERY_VERBS = set("SELECT INSERT UPDATE DELETE MERGE REPLACE UPSERT");
/** Verbs whose tables stand in a statement inside. */
export const OUTER_VERBS = set("EXPLAIN LOAD BEGIN");
/** Verbs that stand with the kind of thing that they are about. */
export const DEFINITION_VERBS = set("CREATE ALTER DROP");
/** What DEFINITION_VERBS are about. */
export const DEFINED = set(
  "TABLE INDEX VIEW DATABASE SCHEMA KEYSPACE FUNCTION PROCEDURE PROC TRIGGER TYPE USER ROLE SEQUENCE EXTENSION DOMAIN AGGREGATE EVENT PUBLICATION SUBSCRIPTION SERVER LOGIN TABLESPACE POLICY RULE DICTIONARY",
);
/** Verbs whose object comes next. */
export const NAMING_VERBS = set(
  "USE CALL EXEC EXECUTE COPY TRUNCATE LISTEN UNLISTEN NOTIFY DESCRIBE DESC VACUUM ANALYZE LOCK SET SHOW RESET CLOSE DEALLOCATE PREPARE DECLARE SAVEPOINT RELEASE OPTIMIZE CHECK REINDEX TABLE",
);
/** What may stand between a verb and its object. */
export const FILLERS = set(
  "TABLE TABLES ONLY IF NOT EXISTS CONCURRENTLY INTO FROM SESSION GLOBAL LOCAL LATERAL LOW_PRIORITY DELAYED HIGH_PRIORITY IGNORE QUICK VERBOSE FULL COLUMNFAMILY",
);
/** Functions in whose brackets FROM is no clause. */
export const FROM_FUNCTIONS = set("EXTRACT SUBSTRING TRIM OVERLAY POSITION SUBSTR");
/** Words behind which a comma goes on with something else than tables. */
export const ENDS_TABLES = set(
  "WHERE ON SET GROUP ORDER HAVING LIMIT OFFSET FETCH UNION EXCEPT INTERSECT RETURNING VALUES WINDOW FOR WHEN",
);
/** Words in front of a statement that is part of another one. */
export const BEFORE_INNER = set("AS EXPLAIN ANALYZE BATCH VERBOSE");
