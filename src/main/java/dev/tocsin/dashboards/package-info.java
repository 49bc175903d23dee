/** Dashboards of Grafana, as far as what they ask of Prometheus. */
@NullMarked
package dev.tocsin.dashboards;

import org.jspecify.annotations.NullMarked;
