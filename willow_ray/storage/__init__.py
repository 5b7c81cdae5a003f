"""What a session keeps on disk: the truth, of which the object store is a cache.

The directory of a session, `<store>/sessions/<id>/`::

    source/                       the uploaded file
    journal-<epoch>               one checksummed line per acknowledged change; one file per life of the actor
    manifest-<epoch>-<n>.json     the newest checkpoint, and the one before it for healing
    segments/<epoch>-<n>.h5       column chunks, immutable, named by a manifest with their checksums
    exports/  report.json         files made for downloading; the full import report
    summary.json                  what the list of sessions shows; derived, may be missing

Nothing here imports Ray or pandas, nothing here is async, and only `segments` imports HDF5: it belongs into
task processes, everything else may run in a thread of the session actor, one call at a time per store.

How a session uses it::

    from willow_ray.storage.local import LocalStore
    from willow_ray.storage.entries import ApplyEntry, GoEntry, ImportEntry, …
    from willow_ray.storage.manifest import Manifest, SavedColumn, SavedTable, SegmentInfo, VersionRecord
    from willow_ray.storage.replay import replay

    store = LocalStore(directory)              # a `base.SessionStore`; `memory.MemoryStore` is the model
    loaded = store.open()                      # fences every older holder, then reads
    loaded.manifest                            # the last readable checkpoint (creation writes the first one)
    loaded.entries                             # tuple[Numbered, ...]: acknowledged after it, in order
    loaded.notices                             # tuple[str, ...]: sentences about what had to be healed
    now = replay(loaded.manifest, loaded.entries)      # pure: the manifest with the entries done to it

    sequence = store.append(entry)             # durable and still ours when it returns; then acknowledge
    path = store.begin_segment()               # a fresh name; hand `str(path)` to the writing task
    info = segments.write_segment(path, [(chunk_id, array), …])            # in a task → SegmentInfo
    store.abandon_segment(path)                # when that task, or the commit after it, failed
    store.commit(manifest)                     # the checkpoint; `manifest.covered` = last sequence in it
    store.close()                              # passivation; appending afterwards is an error

    segments.read_chunks(path, chunk_ids, expect=info.checksum)       # in a task → {chunk_id: pa.Array}

Entries (`entries.Entry` is their union; the sequence number is given by the store)::

    ImportEntry(version=0, summary, by, at, source: Source, report: JSON object, operation_id?, answer?)
    ApplyEntry(version, parent, operation, state, impact, summary, by, at, operation_id?, answer?)
    GoEntry(origin, target, how="undo"|"redo"|"go", operation_id?, answer?)      # "from" and "to" on disk
    RecipeEntry(steps: tuple[Step, …], operation_id?, answer?)                   # all steps or none
    RenameEntry(name)     NoteEntry(version, text)

`at` is a datetime with a zone; operation, state, impact and answer are JSON objects in wire form.

Errors (`errors.StorageError`: a `WillowError`: `code`, a sentence, `data`)::

    FencedError           unavailable  this holder may write no more: exit, and let a new one open the session
    StorageFullError      unavailable  no space or quota; nothing was written, the store stays usable
    StorageAccessError    unavailable  no permission, read-only, input/output error; as above
    DamagedError          internal     names the file (and line) that is not what was written to it
    SessionNotFoundError  not_found

The store root: `sessions.StoreRoot(path)` with `check(need_bytes=0)`,
`create(name=, owner=, at=, source=None, upload=None) -> id`, `directory(id)`, `summaries(owner=None)`,
`summary(id)`, `delete(id)`, `sweep(before=)`. The session keeps its line in the list up to date by
`summary.write_summary(directory, Summary(…))`.
"""
