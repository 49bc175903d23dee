/** What Tocsin sees and does of a cluster, through the Kubernetes API. */
@NullMarked
package dev.tocsin.cluster;

import org.jspecify.annotations.NullMarked;
