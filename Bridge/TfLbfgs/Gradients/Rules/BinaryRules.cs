using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Element-wise ops of several tensors that broadcast.</summary>
internal static class BinaryRules
{
    public static void AddTo(RuleTable rules)
    {
        foreach (string op in (ReadOnlySpan<string>)[OpNames.Add, OpNames.AddV2])
            rules.Broadcasting(op, (g, _, _, _) => g, (g, _, _, _) => g);
        rules.Broadcasting(OpNames.Sub, (g, _, _, _) => g, (g, _, _, _) => -g);
        rules.Broadcasting(OpNames.Mul, (g, _, y, _) => g * Conj(y), (g, x, _, _) => Conj(x) * g);
        rules.Broadcasting(OpNames.MulNoNan, (g, _, y, _) => RawOps.MulNoNan(g, Conj(y)), (g, x, _, _) => RawOps.MulNoNan(Conj(x), g));
        Division(rules);
        rules.Broadcasting(OpNames.Pow, PowBase, PowExponent);
        rules.Broadcasting(OpNames.Atan2, (g, y, x, _) => x * AtanScale(g, y, x), (g, y, x, _) => -y * AtanScale(g, y, x));
        Logarithmic(rules);
        rules.Broadcasting(OpNames.NextAfter, (g, x, _, _) => RawOps.OnesLike(x) * g, (g, _, y, _) => RawOps.ZerosLike(y) * g);
        rules.Add(OpNames.Maximum, context => Choose(context, RawOps.GreaterEqual));
        rules.Add(OpNames.Minimum, context => Choose(context, RawOps.LessEqual));
        rules.Add(OpNames.SquaredDifference, SquaredDifference);
        rules.Add(OpNames.Select, Select);
        rules.Add(OpNames.SelectV2, SelectV2);
        rules.Add(OpNames.ClipByValue, ClipByValue);
        rules.Add(OpNames.AddN, context =>
        {
            Tensor?[] gradients = new Tensor?[context.Inputs.Count];
            Array.Fill(gradients, context.Upstream);
            return gradients;
        });
        rules.Pair(OpNames.Cross, (g, _, y, _) => RawOps.Cross(y, g), (g, x, _, _) => RawOps.Cross(g, x));
        rules.NotDifferentiable(OpNames.Less, OpNames.LessEqual, OpNames.Greater, OpNames.GreaterEqual, OpNames.Equal, OpNames.NotEqual,
            OpNames.ApproximateEqual, OpNames.LogicalAnd, OpNames.LogicalOr, OpNames.LogicalNot);
    }

    private static void Division(RuleTable rules)
    {
        foreach (string op in (ReadOnlySpan<string>)[OpNames.RealDiv, OpNames.Div])
            rules.Broadcasting(op, (g, _, y, _) => g / Conj(y), (g, x, y, _) => g * (-Conj(x) / Conj(y) / Conj(y)));
        rules.Broadcasting(
            OpNames.DivNoNan, (g, _, y, _) =>
                RawOps.DivNoNan(g, Conj(y)), (g, x, y, _) => g * RawOps.DivNoNan(RawOps.DivNoNan(-Conj(x), Conj(y)), Conj(y)));
        rules.Broadcasting(OpNames.FloorMod, (g, _, _, _) => g, (g, x, y, _) => g * -RawOps.FloorDiv(x, y));
        rules.NotDifferentiable(OpNames.FloorDiv, OpNames.TruncateDiv);
    }

    /// <summary>
    /// Products that are 0 where x is 0, with any y. The derivative with respect to x is the other factor all the same, also at x = 0.
    /// Where both are 0 there is no
    /// derivative, and 0 is given.
    /// </summary>
    private static void Logarithmic(RuleTable rules)
    {
        rules.Broadcasting(
            OpNames.Xlogy, (g, x, y, _) => g * Conj(RawOps.Log(Regular(x, y, y, 1))), (g, x, y, _) => g * Conj(RawOps.Xdivy(x, y)));
        rules.Broadcasting(
            OpNames.Xlog1py, (g, x, y, _) =>
                g * Conj(RawOps.Log1p(Regular(x, y + 1, y, 0))), (g, x, y, _) => g * Conj(RawOps.Xdivy(x, y + 1)));
        rules.Broadcasting(
            OpNames.Xdivy,
            (g, x, y, _) => g * Conj(Regular(x, y, RawOps.Reciprocal(Regular(x, y, y, 1)), 0)),
            (g, x, y, _) => g * Conj(RawOps.Xdivy(-x, RawOps.Square(y))));
    }

    /// <summary>A value, and another one where both x and y are 0.</summary>
    private static Tensor Regular(Tensor x, Tensor y, Tensor value, double otherwise)
    {
        Tensor zero = Tensor.Scalar(0, x.DType);
        return RawOps.SelectV2(RawOps.LogicalAnd(RawOps.Equal(x, zero), RawOps.Equal(y, zero)), Tensor.Scalar(otherwise, x.DType), value);
    }

    /// <summary>
    /// g y x^(y - 1), which is 0 where y or g is, also where the power is infinite: so the derivatives of x^n at 0 end in zeros.
    /// </summary>
    private static Tensor PowBase(Tensor g, Tensor x, Tensor y, Tensor z) =>
        RawOps.MulNoNan(RawOps.MulNoNan(RawOps.Pow(Conj(x), Conj(y) - 1), Conj(y)), g);

    /// <summary>x^y log(x), and 0 where the logarithm is not real.</summary>
    private static Tensor PowExponent(Tensor g, Tensor x, Tensor y, Tensor z)
    {
        Tensor cx = Conj(x);
        Tensor zero = Tensor.Scalar(0, x.DType);
        Tensor valid = x.DType.IsComplex ? RawOps.NotEqual(cx, zero) : RawOps.Greater(cx, zero);
        Tensor log = RawOps.SelectV2(valid, RawOps.Log(RawOps.SelectV2(valid, cx, Tensor.Scalar(1, x.DType))), zero);
        return g * Conj(z) * log;
    }

    private static Tensor AtanScale(Tensor g, Tensor y, Tensor x) => g / (RawOps.Square(y) + RawOps.Square(x));

    /// <summary>The whole gradient goes to the operand that was chosen, to the first one where both are equal.</summary>
    private static Tensor?[] Choose(RuleContext context, Func<Tensor, Tensor, Tensor> first)
    {
        (Tensor x, Tensor y, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
        Tensor chosen = first(x, y);
        Tensor zero = Tensor.Scalar(0, g.DType);
        return context.Result(
            context.Needs(0) ? Broadcast.SumTo(RawOps.SelectV2(chosen, g, zero), x, y) : null,
            context.Needs(1) ? Broadcast.SumTo(RawOps.SelectV2(chosen, zero, g), y, x) : null);
    }

    /// <summary>The op computes |x - y|^2, which is real.</summary>
    private static Tensor?[] SquaredDifference(RuleContext context)
    {
        (Tensor x, Tensor y) = (context.Inputs[0], context.Inputs[1]);
        Tensor gx = WithoutImaginary(context.Upstream) * 2 * (x - y);
        return context.Result(
            context.Needs(0) ? Broadcast.SumTo(gx, x, y) : null,
            context.Needs(1) ? Broadcast.SumTo(-gx, y, x) : null);
    }

    private static Tensor?[] Select(RuleContext context)
    {
        (Tensor condition, Tensor g) = (context.Inputs[0], context.Upstream);
        Tensor zeros = RawOps.ZerosLike(context.Inputs[1]);
        return context.Result(
            null,
            context.Needs(1) ? RawOps.Select(condition, g, zeros) : null,
            context.Needs(2) ? RawOps.Select(condition, zeros, g) : null);
    }

    private static Tensor?[] SelectV2(RuleContext context)
    {
        (Tensor condition, Tensor g) = (context.Inputs[0], context.Upstream);
        Tensor zero = Tensor.Scalar(0, g.DType);
        return context.Result(
            null,
            context.Needs(1) ? Broadcast.SumTo(RawOps.SelectV2(condition, g, zero), context.Inputs[1]) : null,
            context.Needs(2) ? Broadcast.SumTo(RawOps.SelectV2(condition, zero, g), context.Inputs[2]) : null);
    }

    private static Tensor?[] ClipByValue(RuleContext context)
    {
        (Tensor x, Tensor min, Tensor max, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Inputs[2], context.Upstream);
        Tensor below = RawOps.Less(x, min);
        Tensor above = RawOps.Greater(x, max);
        Tensor zero = Tensor.Scalar(0, g.DType);
        return context.Result(
            context.Needs(0) ? Broadcast.SumTo(RawOps.SelectV2(RawOps.LogicalOr(below, above), zero, g), x) : null,
            context.Needs(1) ? Broadcast.SumTo(RawOps.SelectV2(below, g, zero), min) : null,
            context.Needs(2) ? Broadcast.SumTo(RawOps.SelectV2(above, g, zero), max) : null);
    }
}
