/** PromQL as Prometheus 2.42 reads it: text to tree, and back. Pure. */
@NullMarked
package dev.tocsin.promql;

import org.jspecify.annotations.NullMarked;
