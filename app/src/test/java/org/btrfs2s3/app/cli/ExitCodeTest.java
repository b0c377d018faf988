package org.btrfs2s3.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExitCodeTest {

  @Test
  void hasTheDocumentedValues() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::value))
        .containsExactly(0, 1, 2, 3, 4, 5, 10, 11, 12, 130, 143);
  }

  @ParameterizedTest(name = "{0}, executed {1}: {2}")
  @CsvSource({
    "'',false,DONE",
    "DONE,true,DONE",
    "DONE DONE,false,DONE",
    // One cause: its code.
    "FAILED,true,FAILED",
    "FAILED FAILED,true,FAILED",
    "REMOTE_UNAVAILABLE,false,REMOTE_UNAVAILABLE",
    "REMOTE_UNAVAILABLE REMOTE_UNAVAILABLE,true,REMOTE_UNAVAILABLE",
    "LOCKED,false,LOCKED",
    "NOT_YET,true,NOT_YET",
    "PARTLY_DONE,true,PARTLY_DONE",
    // Several, or one among successes: partly done.
    "FAILED DONE,true,PARTLY_DONE",
    "DONE REMOTE_UNAVAILABLE,true,PARTLY_DONE",
    "REMOTE_UNAVAILABLE DONE,false,PARTLY_DONE",
    "FAILED REMOTE_UNAVAILABLE,false,PARTLY_DONE",
    "LOCKED FAILED DONE,true,PARTLY_DONE",
    // A refused plan: also where uploads were made and only the deletes are withheld.
    "PLAN_REFUSED,false,PLAN_REFUSED",
    "PLAN_REFUSED,true,PLAN_REFUSED",
    "DONE PLAN_REFUSED,true,PLAN_REFUSED",
    "PLAN_REFUSED FAILED,true,PARTLY_DONE",
    "PLAN_REFUSED FAILED DONE,true,PARTLY_DONE",
    "PLAN_REFUSED REMOTE_UNAVAILABLE,false,PLAN_REFUSED",
    "DONE PLAN_REFUSED REMOTE_UNAVAILABLE,false,PLAN_REFUSED",
    // An interruption wins over all.
    "DONE INTERRUPTED,true,INTERRUPTED",
    "PLAN_REFUSED TERMINATED FAILED,false,TERMINATED",
    "TERMINATED INTERRUPTED,true,TERMINATED",
  })
  void combinesTheCodesOfTheParts(String parts, boolean executed, ExitCode expected) {
    List<ExitCode> codes =
        Stream.of(parts.split(" ")).filter(p -> !p.isEmpty()).map(ExitCode::valueOf).toList();

    assertThat(ExitCode.combine(codes, executed)).isEqualTo(expected);
  }
}
