/** Alerts as Prometheus and Alertmanager know them. Pure. */
@NullMarked
package dev.tocsin.domain.alert;

import org.jspecify.annotations.NullMarked;
