import {
  Component,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
  type OnDestroy,
  type OnInit,
} from '@angular/core';
import { BreakpointObserver } from '@angular/cdk/layout';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatDialog } from '@angular/material/dialog';
import { Title } from '@angular/platform-browser';
import { map } from 'rxjs';
import { ConnectionBanner } from '../../panels/bars/connection-banner';
import { StatusBar } from '../../panels/bars/status-bar';
import { TopBar, type ViewName } from '../../panels/bars/top-bar';
import { Export, type ExportData } from '../../panels/dialogs/export';
import { ImportReport } from '../../panels/dialogs/import-report';
import { Shortcuts } from '../../panels/dialogs/shortcuts';
import { FindBar } from '../../panels/find/find-bar';
import { FiltersPanel } from '../../panels/filters/filters-panel';
import { OperationBar } from '../../panels/operation/operation-bar';
import { PreviewBand } from '../../panels/operation/preview-band';
import { SidePanel } from '../../panels/operation/start-operation';
import { SideTabs } from '../../panels/side-tabs';
import { TablePanel } from '../../panels/table/table-panel';
import { Toasts } from '../../panels/toasts';
import { AnalyzeView } from '../../panels/views/analyze-view';
import { VisualizeView } from '../../panels/views/visualize-view';
import type { Place } from '../../protocol/messages';
import { Catalogue } from '../../session/catalogue';
import { FilterStore } from '../../session/filters';
import { Finder } from '../../session/finder';
import { OperationDesk } from '../../session/operation-desk';
import { Profiles } from '../../session/profiles';
import { SessionStore } from '../../session/session-store';
import { TableStore } from '../../session/table-store';
import { rpcUrl } from '../../transport/addresses';
import { sentence } from '../../transport/errors';
import { WebSocketTransport } from '../../transport/websocket-transport';
import { isBoolean, isNumber, remembered } from '../../ui/preferences';
import { Splitter } from '../../ui/splitter';
import { SignedOut } from '../signed-out';
import { ImportState } from './import-state';
import { shortcutOf } from './keyboard';
import { openPalette } from './open-palette';
import { focusNextRegion } from './regions';

const NARROW = '(max-width: 900px)';

/** The working screen of one session. */
@Component({
  selector: 'wl-work-page',
  imports: [
    AnalyzeView,
    ConnectionBanner,
    FiltersPanel,
    FindBar,
    ImportState,
    OperationBar,
    PreviewBand,
    SideTabs,
    SignedOut,
    Splitter,
    StatusBar,
    TablePanel,
    TopBar,
    VisualizeView,
  ],
  providers: [SessionStore, OperationDesk, FilterStore, TableStore, Catalogue, Profiles, SidePanel, Finder],
  templateUrl: './work-page.html',
  styleUrl: './work-page.scss',
  host: { '(document:keydown)': 'key($event)', '(window:online)': 'session.retryNow()' },
})
export class WorkPage implements OnInit, OnDestroy {
  /** From the address. */
  readonly id = input.required<string>();

  protected readonly session = inject(SessionStore);
  protected readonly table = inject(TableStore);
  protected readonly desk = inject(OperationDesk);
  private readonly filters = inject(FilterStore);
  private readonly catalogue = inject(Catalogue);
  private readonly finder = inject(Finder);
  private readonly side = inject(SidePanel);
  private readonly dialog = inject(MatDialog);
  private readonly toasts = inject(Toasts);
  private readonly title = inject(Title);

  private readonly grid = viewChild(TablePanel);
  private readonly filtersPanel = viewChild(FiltersPanel);
  private readonly findBar = viewChild(FindBar);

  protected readonly view = signal<ViewName>('table');
  protected readonly finding = signal(false);
  protected readonly leftWidth = remembered('filters-width', 280, isNumber);
  protected readonly rightWidth = remembered('side-width', 330, isNumber);
  private readonly leftWide = remembered('filters-open', true, isBoolean);
  private readonly rightWide = remembered('side-open', true, isBoolean);
  private readonly leftNarrow = signal(false);
  private readonly rightNarrow = signal(false);

  protected readonly narrow = toSignal(
    inject(BreakpointObserver)
      .observe(NARROW)
      .pipe(map((state) => state.matches)),
    { initialValue: false },
  );
  /** On a narrow screen the panels lie over the table, one at a time, and begin closed. */
  private readonly left = computed(() => (this.narrow() ? this.leftNarrow : this.leftWide));
  private readonly right = computed(() => (this.narrow() ? this.rightNarrow : this.rightWide));
  protected readonly filtersOpen = computed(() => this.left()());
  protected readonly sideOpen = computed(() => this.right()());

  protected readonly refusal = computed(() => {
    const connection = this.session.connection();
    return connection.kind === 'refused' ? connection.reason : null;
  });

  constructor() {
    effect(() => {
      const name = this.session.description()?.name;
      if (name !== undefined) this.title.setTitle(`${name} · Willow on Ray`);
    });
    effect(() => {
      const change = this.session.foreignChange();
      if (change) this.toasts.show(`Changed elsewhere: ${change.summary}`, this.undoAction());
    });
    effect(() => {
      const applied = this.desk.applied();
      if (applied) this.toasts.show(applied.summary, this.undoAction());
    });
    effect(() => {
      if (this.side.asked() > 0) untracked(() => this.showSide());
    });
    effect(() => {
      if (this.side.filtersAsked() > 0) untracked(() => this.showFilters());
    });
  }

  ngOnInit(): void {
    this.session.connect(new WebSocketTransport(rpcUrl(this.id())));
    this.desk.listen();
    void this.catalogue.load();
  }

  ngOnDestroy(): void {
    this.session.disconnect();
  }

  protected toggleFilters(): void {
    if (this.filtersOpen()) this.left().set(false);
    else this.showFilters();
  }

  protected toggleSide(): void {
    if (this.sideOpen()) this.right().set(false);
    else this.showSide();
  }

  protected async palette(
    placeholder = 'Find an operation or a column, or type a row number',
  ): Promise<void> {
    const entry = await openPalette(this.dialog, {
      operations: this.catalogue.operations(),
      columns: this.session.columns(),
      rows: this.table.shown()?.rows ?? 0,
      viewed: this.filters.where() !== null || this.filters.sort().length > 0,
      placeholder,
    });
    if (!entry) return;
    if (entry.kind === 'operation') {
      this.side.start(entry.operation);
      return;
    }
    if (entry.kind === 'find') {
      this.finder.text.set(entry.text);
      this.find();
      return;
    }
    this.view.set('table');
    // The grid is there after the next rendering when another view was open.
    setTimeout(() => {
      if (entry.kind === 'row') this.grid()?.goTo(entry.row);
      else this.grid()?.selectColumn(entry.label);
    });
  }

  protected exportAs(format: string): void {
    const description = this.session.description();
    const shown = this.table.shown();
    if (!description || !shown) return;
    const data: ExportData = {
      session: this.id(),
      name: description.name,
      version: this.session.version(),
      format,
      rows: this.session.rows(),
      shownRows: shown.draft === null ? shown.rows : this.session.rows(),
      view: this.filters.view(),
      columns: this.session.columns().map((column) => column.name),
      selectedColumns: this.table.selectedColumns().map((column) => column.name),
    };
    this.dialog.open(Export, { data, width: '440px' });
  }

  protected showReport(): void {
    this.dialog.open(ImportReport, { data: this.id(), width: '720px' });
  }

  protected showShortcuts(): void {
    this.dialog.open(Shortcuts, { width: '760px' });
  }

  protected key(event: KeyboardEvent): void {
    if (this.dialog.openDialogs.length > 0 || !this.session.ready()) return;
    const shortcut = shortcutOf(event, this.desk.draft() !== null);
    if (shortcut === null) return;
    event.preventDefault();
    switch (shortcut) {
      case 'palette':
        return void this.palette();
      case 'row':
        return void this.palette('Go to row number…');
      case 'find':
        return this.find();
      case 'search':
        return this.focusSearch();
      case 'undo':
        if (this.session.editable() && this.session.description()?.can_undo) this.report(this.session.undo());
        return;
      case 'redo':
        if (this.session.editable() && this.session.description()?.can_redo) this.report(this.session.redo());
        return;
      case 'region':
        return focusNextRegion(event.shiftKey);
      case 'apply':
        return void this.desk.apply();
      case 'discard':
        return this.desk.discard();
      case 'help':
        return this.showShortcuts();
    }
  }

  protected showFound({ row, column }: Place): void {
    this.grid()?.show(row, column);
  }

  protected stopFinding(): void {
    this.finder.stop();
    this.finding.set(false);
    this.grid()?.focus();
  }

  private find(): void {
    this.view.set('table');
    this.finding.set(true);
    setTimeout(() => this.findBar()?.begin());
  }

  private focusSearch(): void {
    this.showFilters();
    setTimeout(() => this.filtersPanel()?.focusSearch());
  }

  private showFilters(): void {
    this.rightNarrow.set(false);
    this.left().set(true);
  }

  private showSide(): void {
    this.leftNarrow.set(false);
    this.right().set(true);
  }

  private undoAction() {
    return { label: 'Undo', run: () => this.report(this.session.undo()) };
  }

  private report(change: Promise<unknown>): void {
    change.catch((error: unknown) => this.toasts.show(sentence(error)));
  }
}
