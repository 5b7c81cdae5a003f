// Written by `python -m willow_ray.protocol.typescript` from the models in willow_ray/protocol. Do not edit.
/* eslint-disable */

/** All statistics of a column. */
export interface AnalyzeRequest {
  /** The current version when absent. */
  readonly version?: number | null;
  /** A draft instead of a version. */
  readonly draft?: string | null;
  readonly column: string;
  readonly view?: View | null;
}

/** A version was made and is in the journal. */
export interface Applied {
  readonly version: number;
  readonly summary: string;
  readonly impact: Impact;
}

/** Make a new version. */
export interface ApplyOperation {
  /** Repeating it joins the running request or returns its answer, also after a crash. */
  readonly operation_id?: string | null;
  readonly operation: Operation;
  /** The version the client saw; another current version → `version_conflict`. */
  readonly base?: number | null;
}

/** Do all steps of a recipe, or none. */
export interface ApplyRecipe {
  /** Repeating it joins the running request or returns its answer, also after a crash. */
  readonly operation_id?: string | null;
  readonly recipe: Readonly<Record<string, JsonValue>>;
  /** New names of the columns the recipe speaks of, by old name. */
  readonly rename?: Readonly<Record<string, string>> | null;
  /** Learn the parameters again from this table. */
  readonly learn?: boolean;
}

/** Stop a job; the request that started it answers with `cancelled`. */
export interface CancelJob {
  readonly job: string;
}

/** Stop a request of the same socket. */
export interface CancelRequest {
  readonly id: RequestId;
}

export type Cell = string | boolean | number | null;

/** One cell, whole. */
export interface CellRequest {
  /** The current version when absent. */
  readonly version?: number | null;
  /** A draft instead of a version. */
  readonly draft?: string | null;
  readonly row: number;
  readonly column: string;
  readonly view?: View | null;
}

/** The value of a cell, never cut. */
export interface CellValue {
  readonly value: Cell;
}

/** The data, by the names that the type of chart gives them. */
export type ChartData = Readonly<Record<string, JsonValue>>;

/** A chart and its parameters, which `dcs.analyze` checks. */
export interface ChartRequest {
  /** The current version when absent. */
  readonly version?: number | null;
  /** A draft instead of a version. */
  readonly draft?: string | null;
  readonly type: 'histogram' | 'frequency' | 'scatter' | 'line' | 'time_series' | 'box' | 'correlation';
  readonly view?: View | null;
  readonly [member: string]: unknown;
}

/** A column of a version. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** How many values are missing; null in a draft while they are not counted. */
  readonly missing: number | null;
}

/** What happened to the cells of one column. */
export interface ColumnImpact {
  readonly changed: number;
  readonly became_missing: number;
}

/** What the header of a column shows. */
export interface ColumnProfile {
  readonly missing: number;
  readonly distinct: number;
  readonly distinct_exact: boolean;
  readonly histogram?: Histogram | null;
  readonly top?: readonly ValueCount[] | null;
}

/** Profiles by column. */
export type ColumnProfiles = Readonly<Record<string, ColumnProfile>>;

/** Exact statistics over all rows; which of them are there depends on the type of the column. */
export interface ColumnStatistics {
  /** Rows. */
  readonly count: number;
  readonly missing: number;
  /** Different values, missing not counted. */
  readonly distinct: number;
  /** At most 50; absent when every value is unique. */
  readonly mode?: readonly Cell[] | null;
  readonly mode_count?: number | null;
  /** The top 50, by count, then by value. */
  readonly frequencies?: readonly ValueCount[] | null;
  readonly min?: Cell;
  readonly max?: Cell;
  readonly range?: Cell;
  readonly sum?: Cell;
  readonly mean?: Cell;
  readonly median?: Cell;
  /** With ddof 1. */
  readonly std?: Cell;
  readonly q1?: Cell;
  readonly q3?: Cell;
  readonly zeros?: number | null;
  readonly negatives?: number | null;
  readonly histogram?: Histogram | null;
  readonly words_min?: number | null;
  readonly words_max?: number | null;
  readonly words_mean?: Cell;
  readonly word_length_min?: number | null;
  readonly word_length_max?: number | null;
  readonly word_length_mean?: Cell;
  readonly words_total?: number | null;
  readonly words_distinct?: number | null;
  readonly word_frequencies?: readonly ValueCount[] | null;
  readonly length_min?: number | null;
  readonly length_max?: number | null;
  /** Values that are the empty text. */
  readonly empty?: number | null;
  readonly true?: number | null;
  readonly false?: number | null;
}

export type ColumnType = 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'datetime';

/** Publish what was computed for a draft; if that still goes on, when it is done. */
export interface CommitDraft {
  /** Repeating it joins the running request or returns its answer, also after a crash. */
  readonly operation_id?: string | null;
  readonly draft: string;
}

/** Body of `POST /api/sessions`; where an upload is not complete, the session waits for the rest. */
export interface CreateSession {
  readonly upload: string;
  /** The name of the file when absent. */
  readonly name?: string | null;
  readonly options?: ImportOptions;
}

/** Answer of `POST /api/sessions`. */
export interface CreatedSession {
  readonly session: string;
}

/** Where the history stands now. */
export interface CurrentVersion {
  readonly version: number;
}

/** Forget a draft, and stop computing it. */
export interface DiscardDraft {
  readonly draft: string;
}

/** For methods that have nothing to say; null on the wire. */
export type Done = null;

/** Windows of the draft can be read; its impact follows as `draft.ready`. */
export interface Draft {
  readonly draft: string;
  readonly summary: string;
  readonly columns: readonly Column[];
}

/**
 * Notification: the draft could not be computed in full; whoever asks for it is answered the same error.
 *
 * After `unavailable` and `busy` it is gone, and a new preview may go well.
 */
export interface DraftFailed {
  readonly draft: string;
  readonly error: WireError;
}

/** Notification: the draft is computed in full. */
export interface DraftReady {
  readonly draft: string;
  readonly impact: Impact;
  /** The columns again; now the missing values of all of them are counted. */
  readonly columns: readonly Column[];
}

/** Every answer that is not a success. */
export interface ErrorBody {
  readonly error: WireError;
}

/** What an error carries besides its sentence; each code has its own members. */
export interface ErrorData {
  /** The code, in JSON-RPC errors only. */
  readonly code?: string | null;
  readonly fields?: readonly FieldError[] | null;
  readonly column?: string | null;
  /** Names that resemble the one that was not found. */
  readonly near?: readonly string[] | null;
  readonly retry_after_s?: number | null;
  /** Under this the log has the details. */
  readonly id?: string | null;
  readonly [member: string]: unknown;
}

/** A page of values; missing counts as the value null. */
export interface Facet {
  /** How many values there are in all. */
  readonly total: number;
  readonly values: readonly ValueCount[];
}

/** A page of the values of a column with their counts. */
export interface FacetRequest {
  /** The current version when absent. */
  readonly version?: number | null;
  /** A draft instead of a version. */
  readonly draft?: string | null;
  readonly column: string;
  readonly view?: View | null;
  /** Only values whose text has this in it. */
  readonly search?: string | null;
  readonly order?: 'count' | 'value';
  readonly from?: number;
  readonly count?: number;
}

/** One fault of a request. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export type FileFormat = 'csv' | 'tsv' | 'json' | 'jsonl' | 'xlsx' | 'xls' | 'xlsb' | 'ods' | 'parquet' | 'arrow';

/** The next cell with this text, from a place on. */
export interface FindRequest {
  /** The current version when absent. */
  readonly version?: number | null;
  /** A draft instead of a version. */
  readonly draft?: string | null;
  readonly text: string;
  readonly regex?: boolean;
  readonly case_sensitive?: boolean;
  /** All columns when absent. */
  readonly columns?: readonly string[] | null;
  readonly view?: View | null;
  /** Where to begin; this cell is looked at too. */
  readonly from: Place;
  readonly backwards?: boolean;
}

/** The cell found, or null. */
export type Found = Place | null;

/** Make any version the current one. */
export interface GoTo {
  /** Repeating it joins the running request or returns its answer, also after a crash. */
  readonly operation_id?: string | null;
  readonly version: number;
}

/** Answer of `GET /healthz`. */
export interface Health {
  readonly status?: 'ok';
  readonly version: string;
}

/** Counts of values between edges; one edge more than counts. */
export interface Histogram {
  readonly edges: readonly Cell[];
  readonly counts: readonly number[];
}

/** The tree of versions, oldest first. */
export interface History {
  readonly current: number;
  readonly versions: readonly HistoryVersion[];
}

/** One version of the tree. */
export interface HistoryVersion {
  readonly version: number;
  /** Null for the import. */
  readonly parent: number | null;
  /** Id of the operation; null for the import. */
  readonly op: string | null;
  readonly summary: string;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** Null for the import. */
  readonly impact: Impact | null;
  readonly saved: boolean;
  readonly note: string | null;
}

/** What an operation did, exactly, over the whole table. */
export interface Impact {
  readonly rows_before: number;
  readonly rows_after: number;
  readonly cells_changed: number;
  readonly columns: Readonly<Record<string, ColumnImpact>>;
  readonly columns_added: readonly string[];
  readonly columns_removed: readonly string[];
}

/** The type of a column, with the format its values are written in. */
export interface ImportColumnOption {
  readonly type: ColumnType;
  readonly format?: string | null;
}

/** What the person says about a file; what is absent is detected. */
export interface ImportOptions {
  readonly format?: FileFormat | null;
  readonly encoding?: string | null;
  readonly separator?: string | null;
  readonly quote?: string | null;
  readonly header?: boolean | null;
  /** Title lines above the header, to be left out. */
  readonly skip_lines?: number | null;
  readonly sheet?: string | null;
  /** The share of rows to keep, chosen at random. */
  readonly sample?: number | null;
  /** The same seed chooses the same rows. */
  readonly seed?: number | null;
  readonly columns?: Readonly<Record<string, ColumnType | ImportColumnOption>> | null;
  /** Texts that stand for a missing value. */
  readonly missing_values?: readonly string[] | null;
  /** Detect no types: every column stays text. */
  readonly keep_text?: boolean | null;
}

/** What was detected in a file, and its first rows read accordingly. */
export interface ImportPreview {
  /** Detected, or as asked for. */
  readonly options: ImportOptions;
  /** Names of the sheets to choose from; empty for files without sheets. */
  readonly sheets: readonly string[];
  readonly columns: readonly PreviewColumn[];
  /** The values of the first 100 rows, per column. */
  readonly cells: readonly (readonly Cell[])[];
}

/** The account of an import: rows read + rows rejected = records in the file. */
export interface ImportReport {
  readonly rows_read: number;
  readonly rows_rejected: number;
  /** The first 10,000. */
  readonly rejected: readonly RejectedLine[];
  readonly columns: readonly ImportedColumn[];
  readonly notes: readonly string[];
}

/** What the import found out about a column. */
export interface ImportedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly notes: readonly string[];
}

/** Work that lasts; also the notification `job.progress`. */
export interface Job {
  readonly job: string;
  readonly label: string;
  /** 0 to 1, or null while nothing is known of the whole. */
  readonly fraction: number | null;
  readonly remaining_s?: number | null;
  readonly message?: string | null;
  /** The request that started it, told only to the socket that asked. */
  readonly request?: RequestId | null;
}

/** Notification: a job is over. */
export interface JobEnded {
  readonly job: string;
  readonly outcome: 'done' | 'failed' | 'cancelled';
  readonly request?: RequestId | null;
}

export type JsonValue = unknown;

/** For methods without params. */
export type NoParams = Readonly<Record<string, never>>;

/** Write a note at a version. */
export interface Note {
  /** Repeating it joins the running request or returns its answer, also after a crash. */
  readonly operation_id?: string | null;
  readonly version: number;
  readonly text: string;
}

/** An operation as it is sent: its id and its parameters, which the catalogue checks. */
export interface Operation {
  readonly op: string;
  readonly [member: string]: unknown;
}

/** What a client must know to offer an operation. */
export interface OperationDeclaration {
  readonly id: string;
  readonly label: string;
  readonly section: string;
  readonly shape: 'schema' | 'rowwise' | 'columnwise' | 'selection' | 'reshape';
  readonly summary: string;
  readonly schema: Readonly<Record<string, JsonValue>>;
}

/** A cell of the view. */
export interface Place {
  readonly row: number;
  readonly column: string;
}

/** A column as it would be imported. */
export interface PreviewColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/**
 * Make a draft; the one this socket had before is gone.
 *
 * The answer comes as soon as windows can be read. What they show is computed first, the rest goes on as a
 * job.
 */
export interface PreviewOperation {
  readonly operation: Operation;
  readonly base?: number | null;
}

/** What the headers of these columns show. */
export interface ProfileRequest {
  /** The current version when absent. */
  readonly version?: number | null;
  /** A draft instead of a version. */
  readonly draft?: string | null;
  readonly columns: readonly string[];
}

/** One version was made per step. */
export interface RecipeApplied {
  readonly version: number;
  readonly versions: readonly number[];
}

/** The recipe as a script that needs `dcs` only. */
export interface RecipeCode {
  readonly python: string;
}

/** A recipe, as `dcs.recipe` declares it. */
export type RecipeDocument = Readonly<Record<string, JsonValue>>;

/** The way from the import to a version; the current one when absent. */
export interface RecipeRequest {
  readonly version?: number | null;
}

/** A record of the file that is not in the table. */
export interface RejectedLine {
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/** Give the session another name. */
export interface Rename {
  /** Repeating it joins the running request or returns its answer, also after a crash. */
  readonly operation_id?: string | null;
  readonly name: string;
}

export type RequestId = string | number;

/** Notification: there is another current version, also after undo and redo. */
export interface SessionChanged {
  readonly version: number;
  readonly operation?: Readonly<Record<string, JsonValue>> | null;
  readonly summary: string;
}

/** All that a client must know of a session to begin. */
export interface SessionDescription {
  readonly session: string;
  readonly name: string;
  readonly state: SessionState;
  readonly version: number;
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly can_undo: boolean;
  readonly can_redo: boolean;
  /** Everything up to the current version is in segments on disk. */
  readonly saved: boolean;
  readonly jobs: readonly Job[];
  readonly source: Source;
  /** Why the import failed. */
  readonly error?: WireError | null;
}

/** Answer of `GET /api/sessions`: the caller's sessions, last used first. */
export type SessionList = readonly SessionSummary[];

/** Notification: everything up to this version is in segments on disk. */
export interface SessionSaved {
  readonly version: number;
}

export type SessionState = 'importing' | 'ready' | 'failed';

/** One line of the list of sessions. */
export interface SessionSummary {
  readonly id: string;
  readonly name: string;
  readonly rows: number | null;
  readonly columns: number | null;
  /** Bytes on disk. */
  readonly size: number | null;
  /** ISO 8601. */
  readonly last_use: string | null;
  readonly state: SessionState;
}

/** Answer of `POST /api/sessions/{id}/share`. */
export interface ShareLink {
  /** What to put behind the address of the server; it opens this session and nothing else. */
  readonly path: string;
}

/** One column to sort by. */
export interface SortKey {
  readonly column: string;
  readonly descending?: boolean;
}

/** The file a session was made from. */
export interface Source {
  readonly name: string;
  /** Size of the file; null while it is not known. */
  readonly bytes: number | null;
  readonly options: ImportOptions;
}

/** Undo, or redo to the child last visited. */
export interface Step {
  /** Repeating it joins the running request or returns its answer, also after a crash. */
  readonly operation_id?: string | null;
}

/** The cells, column by column. */
export interface TableWindow {
  /** Null for a draft. */
  readonly version: number | null;
  /** Rows of the whole view. */
  readonly total_rows: number;
  readonly row: number;
  /** The position in the version of every row. */
  readonly rows: readonly number[];
  readonly columns: readonly string[];
  /** One list per column. */
  readonly cells: readonly (readonly Cell[])[];
  /** Row of the view and column of every text that was cut. */
  readonly cut: readonly (readonly [number, string])[];
}

export type ValueCount = readonly [Cell, number];

/** Rows chosen and put in order. */
export interface View {
  /** A condition of the condition language; all rows when null. */
  readonly where?: Readonly<Record<string, JsonValue>> | null;
  /** The first key decides; ties keep the order of the table. */
  readonly sort?: readonly SortKey[];
}

/** A rectangle of cells: some rows of a version or draft, as a view shows them. */
export interface WindowRequest {
  /** The current version when absent. */
  readonly version?: number | null;
  /** A draft instead of a version. */
  readonly draft?: string | null;
  /** The first row, counted in the view. */
  readonly row: number;
  readonly count: number;
  /** All columns when absent. */
  readonly columns?: readonly string[] | null;
  readonly view?: View | null;
}

/** An error, in HTTP answers and inside other answers. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly data?: ErrorData | null;
}

/** What a request takes and what it answers, by method. */
export interface Methods {
  readonly 'session.describe': { readonly params: NoParams; readonly result: SessionDescription; readonly kind: 'control' };
  readonly 'session.rename': { readonly params: Rename; readonly result: Done; readonly kind: 'mutate' };
  readonly 'table.window': { readonly params: WindowRequest; readonly result: TableWindow; readonly kind: 'read' };
  readonly 'cell.get': { readonly params: CellRequest; readonly result: CellValue; readonly kind: 'read' };
  readonly 'table.find': { readonly params: FindRequest; readonly result: Found; readonly kind: 'read' };
  readonly 'column.profile': { readonly params: ProfileRequest; readonly result: ColumnProfiles; readonly kind: 'read' };
  readonly 'column.analyze': { readonly params: AnalyzeRequest; readonly result: ColumnStatistics; readonly kind: 'read' };
  readonly 'column.values': { readonly params: FacetRequest; readonly result: Facet; readonly kind: 'read' };
  readonly 'chart.data': { readonly params: ChartRequest; readonly result: ChartData; readonly kind: 'read' };
  readonly 'operation.apply': { readonly params: ApplyOperation; readonly result: Applied; readonly kind: 'mutate' };
  readonly 'operation.preview': { readonly params: PreviewOperation; readonly result: Draft; readonly kind: 'read' };
  readonly 'operation.commit': { readonly params: CommitDraft; readonly result: Applied; readonly kind: 'mutate' };
  readonly 'operation.discard': { readonly params: DiscardDraft; readonly result: Done; readonly kind: 'control' };
  readonly 'history.list': { readonly params: NoParams; readonly result: History; readonly kind: 'control' };
  readonly 'history.undo': { readonly params: Step; readonly result: CurrentVersion; readonly kind: 'mutate' };
  readonly 'history.redo': { readonly params: Step; readonly result: CurrentVersion; readonly kind: 'mutate' };
  readonly 'history.go': { readonly params: GoTo; readonly result: CurrentVersion; readonly kind: 'mutate' };
  readonly 'history.note': { readonly params: Note; readonly result: Done; readonly kind: 'mutate' };
  readonly 'recipe.get': { readonly params: RecipeRequest; readonly result: RecipeDocument; readonly kind: 'read' };
  readonly 'recipe.apply': { readonly params: ApplyRecipe; readonly result: RecipeApplied; readonly kind: 'mutate' };
  readonly 'recipe.code': { readonly params: RecipeRequest; readonly result: RecipeCode; readonly kind: 'read' };
  readonly 'job.cancel': { readonly params: CancelJob; readonly result: Done; readonly kind: 'control' };
  readonly 'request.cancel': { readonly params: CancelRequest; readonly result: Done; readonly kind: 'control' };
}

/** What the server says by itself. */
export interface Notifications {
  readonly 'job.progress': Job;
  readonly 'job.ended': JobEnded;
  readonly 'session.changed': SessionChanged;
  readonly 'session.saved': SessionSaved;
  readonly 'draft.ready': DraftReady;
  readonly 'draft.failed': DraftFailed;
}
