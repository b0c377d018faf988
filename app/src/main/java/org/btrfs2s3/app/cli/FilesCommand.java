package org.btrfs2s3.app.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.console.InventoryJson;
import org.btrfs2s3.app.console.InventoryText;
import org.btrfs2s3.app.console.Printable;
import org.btrfs2s3.core.backup.ShownBytes;
import org.btrfs2s3.core.catalog.BackupSet;
import org.btrfs2s3.core.catalog.Catalog;
import org.btrfs2s3.core.catalog.StoredBackup;
import org.btrfs2s3.core.inventory.Inventory;
import org.btrfs2s3.core.inventory.InventoryReader;
import org.btrfs2s3.core.inventory.PathGlob;
import org.btrfs2s3.core.store.MeteredStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists what a backup contains. */
@Command(
    name = "files",
    description = {
      "Lists what a backup contains, by reading it and the backups that it was sent against. Needs "
          + "neither btrfs nor root; writes nothing.",
      "Nothing is listed unless all of them are whole and undamaged."
    },
    footerHeading = HelpPages.EXAMPLES,
    footer = {"  btrfs2s3 files 1a2b --remote cloud --identity backup.sec.asc --path 'etc/**'"},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class FilesCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Mixin private final ReadingOptions from = new ReadingOptions();

  @Option(
      names = "--path",
      paramLabel = "GLOB",
      description =
          "Only what fits: * is any part of a name, ? one character, ** any part of a path. "
              + "'etc/**' is all in etc, '**/*.conf' the files of that kind anywhere.")
  private @Nullable String path;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Parameters(
      paramLabel = "BACKUP",
      description = "UUID of the backup, or at least 4 characters of its beginning; list shows it.",
      converter = BackupArgument.Converter.class)
  @SuppressWarnings("NullAway.Init") // required
  private BackupArgument backup;

  @Override
  public Integer call()
      throws ConfigException, IOException, UnknownBackupException, InterruptedException {
    try (var progress = Screen.fetching(spec.commandLine());
        var reading = from.open(store -> new MeteredStore(store, progress))) {
      var catalog = Catalog.of(reading.store().list().objects());
      var chain = ChainOf.named(backup, catalog, reading.id());
      // Half of the heap: the rest is for what a reading needs besides.
      var reader =
          new InventoryReader(
              reading.reader(), Runtime.getRuntime().maxMemory() / 2, new Announcement());
      var set = BackupSet.of(catalog.backups());
      var inventory = reader.read(chain.backups().stream().map(set::equivalents).toList());
      var out = spec.commandLine().getOut();
      if (json) {
        var document = InventoryJson.begin(chain.backups().getLast(), out);
        show(inventory, document::add);
        document.end();
      } else {
        var text = new InventoryText(reading.zone());
        show(inventory, entry -> out.println(text.line(entry)));
      }
      out.flush();
    }
    return ExitCode.DONE.value();
  }

  private void show(Inventory inventory, Inventory.EntryVisitor visitor) throws IOException {
    if (path == null) {
      inventory.forEach(visitor);
      return;
    }
    var glob = new PathGlob(path);
    var fitting = new AtomicBoolean();
    inventory.forEach(
        entry -> {
          if (glob.matches(entry.path())) {
            fitting.set(true);
            visitor.visit(entry);
          }
        });
    if (!fitting.get()) {
      spec.commandLine()
          .getErr()
          .println(
              "nothing in the backup fits --path '%s': paths begin below the subvolume, without /; '**/NAME' looks everywhere"
                  .formatted(path));
    }
  }

  private final class Announcement implements InventoryReader.Listener {

    @Override
    public void reading(StoredBackup object) {
      tell("reading %s, %s".formatted(object.key(), ShownBytes.of(object.size())));
    }

    @Override
    public void otherTried(StoredBackup other, IOException failure) {
      tell("%s; now tried: %s".formatted(failure.getMessage(), other.key()));
    }

    private void tell(String line) {
      spec.commandLine().getErr().println(Printable.line(line));
    }
  }
}
