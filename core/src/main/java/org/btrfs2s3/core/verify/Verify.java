package org.btrfs2s3.core.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.btrfs2s3.core.backup.Chain;
import org.btrfs2s3.core.backup.CommitDocument;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.ScratchLeftovers;
import org.btrfs2s3.core.btrfs.ScratchVolume;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.content.ContentReader;
import org.btrfs2s3.core.store.BackupStore;
import org.jspecify.annotations.Nullable;

/**
 * Verifies what one remote holds. Changes nothing there, and takes no lock: an update may run at
 * the same time. What cannot be looked at is said to be so, and is never right (invariant 9); one
 * backup's trouble does not stop the others.
 */
public final class Verify {

  private final String remote;
  private final BackupStore store;
  private final ContentReader reader;
  private final Btrfs btrfs;
  private final List<SourcePlace> places;
  private final VerifyListener listener;

  /**
   * @param remote its name, for advice
   * @param reader of the same store
   * @param places of the configured sources; empty if there is no configuration
   */
  public Verify(
      String remote,
      BackupStore store,
      ContentReader reader,
      Btrfs btrfs,
      Collection<SourcePlace> places,
      VerifyListener listener) {
    this.remote = remote;
    this.store = store;
    this.reader = reader;
    this.btrfs = btrfs;
    this.places = List.copyOf(places);
    this.listener = listener;
  }

  /**
   * Looks.
   *
   * @throws IOException if the remote cannot be listed: nothing is known then
   */
  public VerifyReport run(VerifyOptions options) throws IOException, InterruptedException {
    var listing = store.list();
    var catalog = Catalog.of(listing);
    var inventory = new Inventory(catalog, options.source());
    var snapshots = LocalSnapshots.find(btrfs, places);
    var findings = new Findings(remote, inventory, snapshots, listener);
    for (var problem : snapshots.problems()) {
      findings.note(
          Severity.INFO,
          Finding.Kind.SNAPSHOTS_UNKNOWN,
          "which local snapshots there are is not known: " + problem,
          "");
    }
    ListingCheck.secondFiles(findings, listing.secondFiles());
    new ListingCheck(inventory, snapshots, findings).run(listing.traces());
    if (options.uploaded() != null) {
      new Coverage(inventory, findings, store.location(), options.source())
          .require(here(options.uploaded()));
    }
    var sample = options.sample().of(inventory.backups(), options.today());
    var run = new Run(options, catalog, inventory, snapshots, findings);
    var checked = run.check(sample);
    var report = report(options, inventory, sample, checked, run.streamBytes, findings);
    run.duplicates(report);
    ListingCheck.lostSources(inventory, findings, report.lost());
    return report(options, inventory, sample, checked, run.streamBytes, findings);
  }

  /** Those that are on this machine; of others it is not known what they are. */
  private Map<Path, UUID> here(Set<Path> roots) {
    Map<Path, UUID> uuids = new TreeMap<>();
    for (var root : roots) {
      try {
        uuids.put(root, btrfs.inspect(root).uuid());
      } catch (BtrfsException _) {
        // Which snapshots there are is not known either, and that is told.
      }
    }
    return uuids;
  }

  private VerifyReport report(
      VerifyOptions options,
      Inventory inventory,
      List<StoredBackup> sample,
      Set<UUID> checked,
      long streamBytes,
      Findings findings) {
    return new VerifyReport(
        remote,
        store.location(),
        options.level(),
        inventory.backups().size(),
        sample,
        List.copyOf(checked),
        streamBytes,
        findings.findings(),
        findings.notChecked());
  }

  /** Looks closely at a sample. */
  private final class Run {

    private final VerifyOptions options;
    private final Catalog catalog;
    private final Inventory inventory;
    private final LocalSnapshots snapshots;
    private final Findings findings;
    private final ObjectCheck objectCheck;
    private final DataCheck dataCheck;
    private long streamBytes;

    Run(
        VerifyOptions options,
        Catalog catalog,
        Inventory inventory,
        LocalSnapshots snapshots,
        Findings findings) {
      this.options = options;
      this.catalog = catalog;
      this.inventory = inventory;
      this.snapshots = snapshots;
      this.findings = findings;
      var absence = new Absence(store, findings);
      objectCheck = new ObjectCheck(store, findings, absence);
      dataCheck = new DataCheck(store, reader, findings, absence);
    }

    /** Those that could be looked at to the end. */
    Set<UUID> check(List<StoredBackup> sample) throws InterruptedException {
      if (options.level() != Level.LISTING) {
        unlockFor(sample);
      }
      if (options.level() == Level.DATA) {
        tellSize(sample.stream());
      }
      Set<UUID> looked = new LinkedHashSet<>();
      int number = 0;
      for (var backup : sample) {
        if (options.level() == Level.DATA) {
          listener.on(new VerifyEvent.Checking(backup, ++number, sample.size()));
        }
        var known = objectCheck.check(backup);
        if (known.everything()
            && (options.level() != Level.DATA || data(backup, known.document()))) {
          looked.add(backup.uuid());
        }
      }
      if (options.level() == Level.RESTORE) {
        var restored = restore(sample);
        looked.retainAll(restored);
      }
      return looked;
    }

    /** Before hours of reading, and while nobody minds being asked for a passphrase. */
    private void unlockFor(Collection<StoredBackup> backups) {
      try {
        reader.unlockFor(backups);
      } catch (IOException _) {
        // Each backup that needs the keys says so, beside what is found of all others.
      }
    }

    private void tellSize(Stream<StoredBackup> backups) {
      listener.on(new VerifyEvent.Reading(backups.mapToLong(StoredBackup::size).sum()));
    }

    void duplicates(VerifyReport report) throws InterruptedException {
      new DuplicateCheck(inventory, findings, options.level() == Level.LISTING ? null : dataCheck)
          .run(
              report.damaged(),
              Set.copyOf(report.checked()),
              report.sampled().stream().map(StoredBackup::uuid).collect(Collectors.toSet()));
    }

    /** Whether it was read to its end; not being able to is told already. */
    private boolean data(StoredBackup backup, @Nullable CommitDocument document)
        throws InterruptedException {
      int before = findings.notChecked().size();
      var bytes = dataCheck.check(backup, document);
      if (bytes.isPresent()) {
        streamBytes += bytes.getAsLong();
        listener.on(new VerifyEvent.Read(backup, bytes.getAsLong()));
      }
      return findings.notChecked().size() == before;
    }

    private Set<UUID> restore(List<StoredBackup> sample) throws InterruptedException {
      var parent = scratch(options.scratch());
      removeLeftovers(parent);
      List<List<StoredBackup>> chains = new ArrayList<>();
      for (var backup : sample) {
        if (inventory.chain(backup.uuid()) instanceof Chain.Complete complete) {
          chains.add(inventory.members(complete));
        } else {
          findings.notChecked(backup, backup.key(), "it cannot be restored: its chain is broken");
        }
      }
      if (chains.isEmpty()) {
        return Set.of();
      }
      unlockFor(chains.stream().flatMap(List::stream).toList());
      tellSize(chains.stream().flatMap(List::stream).distinct());
      var check =
          new RestoreCheck(btrfs, store, catalog, reader, snapshots, findings, dataCheck, listener);
      ScratchVolume volume;
      try {
        volume =
            ScratchVolume.create(
                parent, ScratchSpace.size(chains, parent, btrfs.freeBytes(parent)));
      } catch (IOException e) {
        // What the listing and the objects have shown is to be told all the same.
        var why = Objects.requireNonNullElse(e.getMessage(), e.toString());
        chains.forEach(chain -> findings.notChecked(chain.getLast(), chain.getLast().key(), why));
        return Set.of();
      }
      try {
        return check.check(chains, volume.path());
      } finally {
        streamBytes = check.streamBytes();
        close(volume);
      }
    }

    /** Before the free space is looked at. */
    private void removeLeftovers(Path parent) throws InterruptedException {
      try {
        new ScratchLeftovers(parent, message -> listener.on(new VerifyEvent.Leftover(message)))
            .remove();
      } catch (IOException e) {
        listener.on(
            new VerifyEvent.Leftover(
                "what killed runs may have left in " + parent + " is not removed: " + e));
      }
    }

    /** What was found is to be told, even if something stays behind. */
    private void close(ScratchVolume volume) {
      try {
        volume.close();
      } catch (IOException e) {
        listener.on(
            new VerifyEvent.Leftover(
                e.getMessage() + "; the next verify --level restore there removes what is left"));
      }
    }

    private static Path scratch(@Nullable Path given) {
      if (given == null) {
        throw new IllegalArgumentException("restoring needs a directory for a scratch file system");
      }
      return given;
    }
  }
}
