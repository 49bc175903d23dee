package dev.tocsin.draft.eval;

import dev.tocsin.promql.Expr;

/** Operators on two numbers; a comparison gives 1 or 0. */
final class Arithmetic {
    private Arithmetic() {}

    static double of(Expr.Operator operator, double left, double right) {
        return switch (operator) {
            case ADD -> left + right;
            case SUB -> left - right;
            case MUL -> left * right;
            case DIV -> left / right;
            case MOD -> left % right;
            case POW -> Math.pow(left, right);
            case ATAN2 -> Math.atan2(left, right);
            case EQ -> left == right ? 1 : 0;
            case NE -> left != right ? 1 : 0;
            case GT -> left > right ? 1 : 0;
            case LT -> left < right ? 1 : 0;
            case GE -> left >= right ? 1 : 0;
            case LE -> left <= right ? 1 : 0;
            case AND, OR, UNLESS -> throw new EvaluationException(operator.symbol() + " takes no numbers");
        };
    }
}
