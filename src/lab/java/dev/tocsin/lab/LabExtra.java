package dev.tocsin.lab;

import dev.tocsin.cli.Main;

/** Brings the lab to the command line, in builds that carry it. */
public final class LabExtra implements Main.Extra {
    @Override
    public Object command() {
        return new LabCommand();
    }
}
