package org.btrfs2s3.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.btrfs2s3.core.verify.Stored.SOURCE;
import static org.btrfs2s3.core.verify.Stored.uuid;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What follows from findings. */
final class VerifyReportTest {

  private static VerifyReport report(Finding.Kind kind) {
    var finding =
        new Finding(Severity.ERROR, kind, uuid(1), SOURCE, null, List.of(uuid(2)), "what", "");
    return new VerifyReport(
        "one", "here", Level.DATA, 2, List.of(), List.of(), 0, List.of(finding), List.of());
  }

  @Test
  void whatDependsOnDamageCannotBeRestored() {
    assertThat(report(Finding.Kind.DAMAGED).unrestorable()).containsExactly(uuid(1), uuid(2));
    assertThat(report(Finding.Kind.DAMAGED).lost()).containsExactly(uuid(1), uuid(2));
  }

  /** Perhaps only the wrong certificate was named: nobody may be told that all is lost. */
  @Test
  void whatIsNotSignedIsNotLost() {
    assertThat(report(Finding.Kind.NOT_SIGNED).unrestorable()).containsExactly(uuid(1), uuid(2));
    assertThat(report(Finding.Kind.NOT_SIGNED).lost()).isEmpty();
  }
}
