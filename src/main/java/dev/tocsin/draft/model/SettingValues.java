package dev.tocsin.draft.model;

import java.util.regex.Pattern;

/** Values of settings as people write them. */
final class SettingValues {
    private static final Pattern WRITTEN = Pattern.compile("(-?[0-9.]+)(kB|MB|GB|ms|s|min|h|d)?");

    private SettingValues() {}

    /** In the unit that pg_settings shows; NaN for what is no number. */
    static double inUnit(String text, String unit) {
        if (text.equals("on") || text.equals("off")) {
            return text.equals("on") ? 1 : 0;
        }
        var written = WRITTEN.matcher(text);
        if (!written.matches()) {
            return Double.NaN;
        }
        var number = Double.parseDouble(written.group(1));
        if (written.group(2) == null) {
            return number;
        }
        var base = number
                * switch (written.group(2)) {
                    case "kB" -> 1024;
                    case "MB" -> 1024 * 1024;
                    case "GB" -> 1024 * 1024 * 1024;
                    case "ms" -> 0.001;
                    case "min" -> 60;
                    case "h" -> 3600;
                    case "d" -> 86_400;
                    default -> 1;
                };
        return base / new Settings.Setting(0, unit).scale();
    }
}
