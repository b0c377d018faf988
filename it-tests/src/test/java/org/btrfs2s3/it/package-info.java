/**
 * What is tested from outside: the rules of the house, and the installed program on real btrfs and
 * real S3 servers.
 */
@NullMarked
package org.btrfs2s3.it;

import org.jspecify.annotations.NullMarked;
