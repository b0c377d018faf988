package org.btrfs2s3.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.UUID;
import org.btrfs2s3.app.console.VerifyText;
import org.btrfs2s3.core.store.ObjectKey;
import org.btrfs2s3.core.verify.Finding;
import org.btrfs2s3.core.verify.Level;
import org.btrfs2s3.core.verify.NotChecked;
import org.btrfs2s3.core.verify.Sample;
import org.btrfs2s3.core.verify.Severity;
import org.btrfs2s3.core.verify.VerifyReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class VerifyArgumentsTest {

  private static final UUID ONE = new UUID(0, 1);
  private static final NotChecked UNKNOWN =
      new NotChecked(ONE, new ObjectKey("k"), false, "denied");

  @Test
  void samples() {
    var argument = new SampleArgument();

    assertThat(argument.convert("10%")).isEqualTo(new Sample.Share(10, 100));
    assertThat(argument.convert("1/7")).isEqualTo(new Sample.Share(1, 7));
    assertThat(argument.convert("5GiB")).isEqualTo(new Sample.Bytes(5L << 30));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0%", "101%", "8/7", "0/7", "1/0", "1/9999", "5 apples", "0", "-1%"})
  void noSamples(String text) {
    assertThatThrownBy(() -> new SampleArgument().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("1/7");
  }

  @Test
  void namesTheLimitOfFractions() {
    assertThat(new SampleArgument().convert("1/3660")).isEqualTo(new Sample.Share(1, 3660));
    assertThatThrownBy(() -> new SampleArgument().convert("1/3661"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("at most 3660");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          verify --remote a --scratch /tmp              | --scratch is for --level restore
          verify --remote a --level data --scratch /tmp | --scratch is for --level restore
          verify --remote a --require-signature-by k    | listing reads no signature
          repair --identity k                           | belong to --commit
          repair --require-signature-by k               | belong to --commit
          repair --commit 1234 --collect                | goes without
          repair --commit 1234 --wait 1                 | goes without
          reseed --from a --to b --wait 1               | --wait does not go with --from
          reseed --to b --reencode                      | --reencode needs --from
          update --no-upload --allow-delete             | which deletes nothing
          restore --remote a --latest --to /x --tier bulk | --thaw
          restore --remote a --latest --to /x --days 3  | --thaw
          gc --older-than 30d                           | --foreign
          gc --foreign                                  | --older-than
          list --region x                               | belong to --url
          list --url file:///x --region x               | not for a directory
          recipe 1234 --remote a --restore-through cat  | belongs to --url
          """)
  void refusesWhatWouldBeIgnored(String command, String reason) {
    var run = Run.of(command.split(" "));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(reason).containsOnlyOnce("\n");
  }

  @Test
  void levelsAndTheirNeeds() {
    assertThat(Run.of("verify", "--remote", "a", "--level", "deep").exitCode()).isEqualTo(2);
    assertThat(Run.of("verify", "--remote", "a", "--level", "restore").err())
        .contains("--scratch DIR");
  }

  @Test
  void exitCodeTellsDamageFromWhatCouldNotBeLookedAt() {
    // Invariant 9.
    var damage = finding(Severity.ERROR);

    assertThat(code(List.of(ONE), List.of(finding(Severity.WARNING)), List.of())).isZero();
    assertThat(code(List.of(ONE), List.of(damage), List.of())).isEqualTo(1);
    assertThat(code(List.of(), List.of(damage), List.of(UNKNOWN))).isEqualTo(1);
    assertThat(code(List.of(ONE), List.of(), List.of(UNKNOWN))).isEqualTo(3);
    assertThat(code(List.of(), List.of(), List.of(UNKNOWN))).isEqualTo(10);
  }

  private static Finding finding(Severity severity) {
    return new Finding(severity, Finding.Kind.DAMAGED, ONE, ONE, null, List.of(), "", "");
  }

  private static int code(List<UUID> checked, List<Finding> findings, List<NotChecked> notChecked) {
    return VerifyCommand.exitCode(
            new VerifyReport(
                "a", "memory:", Level.DATA, 2, List.of(), checked, 0, findings, notChecked))
        .value();
  }

  @Test
  void nothingLookedAtIsNotCalledRight() {
    // Invariant 9.
    assertThat(VerifyText.of(report(5)).getLast()).startsWith("a: nothing chosen today: 5");
    assertThat(VerifyText.of(report(0)).getLast()).startsWith("a: no backup in memory:: 0");
  }

  private static VerifyReport report(int backups) {
    return new VerifyReport(
        "a", "memory:", Level.DATA, backups, List.of(), List.of(), 0, List.of(), List.of());
  }
}
