package org.btrfs2s3.app.cli;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.btrfs2s3.app.config.ConfigException;
import org.btrfs2s3.app.config.Configuration;
import org.btrfs2s3.app.config.RemoteConfig;
import org.btrfs2s3.app.console.JsonDocument;
import org.btrfs2s3.app.console.Printable;
import org.btrfs2s3.app.console.RemoteListing;
import org.btrfs2s3.app.setup.Stores;
import org.btrfs2s3.core.store.RemoteException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what is on the remotes. */
@Command(
    name = "list",
    description = "Shows the trees of backups that the remotes hold.",
    footerHeading = HelpPages.EXAMPLES,
    footer = {"  btrfs2s3 list", "  btrfs2s3 list --url file:///mnt/usb/backups"},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ListCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
  private CommandSpec spec;

  @Option(names = "--remote", paramLabel = "ID", description = "Only this remote.")
  private @Nullable String remote;

  @Mixin private final UrlOptions url = new UrlOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private final ConfigArgument config = new ConfigArgument();

  @Override
  public Integer call() throws ConfigException, InterruptedException {
    var commandLine = spec.commandLine();
    var options = GlobalOptions.of(commandLine);
    var named = url.remote(remote, commandLine);
    var configuration =
        named == null || options.namesConfig(config.file())
            ? options.readConfig(config.file())
            : null;
    var zone = configuration == null ? ZoneId.systemDefault() : configuration.zone();
    var document = new JsonDocument("list");
    var remotes = document.root().putArray("remotes");
    List<ExitCode> parts = new ArrayList<>();
    for (var candidate : candidates(named, configuration)) {
      try {
        var listing = list(candidate);
        listing.write(remotes.addObject());
        if (!json) {
          listing.lines(zone).forEach(commandLine.getOut()::println);
        }
        parts.add(ExitCode.DONE);
      } catch (RemoteException e) {
        commandLine
            .getErr()
            .println(Printable.line("remote " + candidate.id() + ": " + e.getMessage()));
        remotes.addObject().put("id", candidate.id()).put("error", e.getMessage());
        parts.add(Failures.exitCode(e));
      }
    }
    if (json) {
      commandLine.getOut().println(document.text());
    }
    return ExitCode.combine(parts, true).value();
  }

  private List<RemoteConfig> candidates(
      @Nullable RemoteConfig named, @Nullable Configuration configuration) {
    return named != null || configuration == null
        ? Stream.ofNullable(named).toList()
        : RemoteOption.choose(configuration, remote, spec.commandLine());
  }

  private static RemoteListing list(RemoteConfig remote)
      throws RemoteException, InterruptedException {
    try (var store = Stores.openForReading(remote)) {
      return new RemoteListing(remote.id(), store.location(), store.list());
    }
  }
}
