/**
 * The messages of the public interface.
 *
 * What the server declares is generated from its models; here stands only what it leaves open: the language of
 * conditions, and views as this app makes them. Nothing here exists at run time.
 */
import type { Cell, Methods, Notifications } from './generated';

export type {
  Applied,
  Cell,
  ChartData,
  Column,
  ColumnProfile,
  ColumnStatistics,
  ColumnType,
  Draft,
  DraftFailed,
  DraftReady,
  ErrorData,
  Facet,
  FacetRequest,
  FieldError,
  FileFormat,
  FindRequest,
  Histogram,
  History,
  HistoryVersion,
  Impact,
  ImportOptions,
  ImportPreview,
  ImportReport,
  Job,
  Methods,
  Notifications,
  Operation,
  Place,
  RecipeDocument,
  SessionDescription,
  SessionSummary,
  TableWindow,
  ValueCount,
  WindowRequest,
} from './generated';

export type Method = keyof Methods;
export type NotificationName = keyof Notifications;

export type Comparison = 'equal' | 'not_equal' | 'less' | 'at_most' | 'greater' | 'at_least';
export type TextTest = 'contains' | 'starts_with' | 'ends_with' | 'matches';

export type Condition =
  | { readonly column: string; readonly is: 'missing' | 'present' }
  | { readonly column: string; readonly is: Comparison; readonly value: Cell }
  | { readonly column: string; readonly is: 'between'; readonly low: Cell; readonly high: Cell }
  | { readonly column: string; readonly is: 'one_of'; readonly values: readonly Cell[] }
  | {
      readonly column: string;
      readonly is: TextTest;
      readonly text: string;
      readonly case_sensitive?: boolean;
    }
  | { readonly columns: readonly string[]; readonly is: 'duplicate' }
  | { readonly column: string; readonly is: 'outlier'; readonly deviations?: number; readonly trim?: number }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | {
      readonly search: string;
      readonly columns: readonly string[] | null;
      readonly regex?: boolean;
      readonly case_sensitive?: boolean;
    };

export interface SortKey {
  readonly column: string;
  readonly descending: boolean;
}

/** What the grid shows; it changes no data. */
export interface View {
  readonly where: Condition | null;
  readonly sort: readonly SortKey[];
}
