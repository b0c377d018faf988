/**
 * Feeds the readers of what others wrote with what a fuzzer makes up: no crash, no hang, no
 * unbounded memory. Inputs that once failed, and a first few that are valid, lie in the test
 * resources as {@code <class>Inputs/<method>/}; what the fuzzer found of interest in {@code
 * .cifuzz-corpus}.
 */
@NullMarked
package org.btrfs2s3.fuzz;

import org.jspecify.annotations.NullMarked;
