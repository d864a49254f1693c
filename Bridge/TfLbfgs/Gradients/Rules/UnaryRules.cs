using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Elementary functions of one tensor, and the ops that TensorFlow has for some of their gradients.</summary>
internal static class UnaryRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Unary(OpNames.Abs, (g, x, _) => g * RawOps.Sign(x));
        rules.Unary(OpNames.Neg, (g, _, _) => -g);
        rules.Unary(OpNames.Sign, Sign);
        rules.Unary(OpNames.Square, (g, x, _) => g * (Conj(x) * 2));
        rules.Unary(OpNames.Sqrt, (g, _, y) => SqrtGradient(y, g));
        rules.Unary(OpNames.Rsqrt, (g, _, y) => RsqrtGradient(y, g));
        rules.Unary(OpNames.Reciprocal, (g, _, y) => ReciprocalGradient(y, g));
        rules.Unary(OpNames.Inv, (g, _, y) => ReciprocalGradient(y, g));
        Exponentials(rules);
        Trigonometry(rules);
        rules.NotDifferentiable(OpNames.Floor, OpNames.Ceil, OpNames.Round, OpNames.Rint);
        Gradients(rules);
    }

    /// <summary>
    /// Zero for real numbers. x / |x| of a complex one turns with x: what of the gradient points along it does not count.
    /// </summary>
    private static Tensor Sign(Tensor g, Tensor x, Tensor y)
    {
        if (!x.DType.IsComplex)
            return RawOps.ZerosLike(x);
        Tensor across = g - y * WithoutImaginary(g * Conj(y));
        return RawOps.DivNoNan(across, RawOps.Cast(RawOps.ComplexAbs(x, x.DType.RealPart), x.DType));
    }

    private static void Exponentials(RuleTable rules)
    {
        rules.Unary(OpNames.Exp, (g, _, y) => g * Conj(y));
        rules.Unary(OpNames.Expm1, (g, x, _) => g * RawOps.Exp(Conj(x)));
        rules.Unary(OpNames.Log, (g, x, _) => g * RawOps.Reciprocal(Conj(x)));
        rules.Unary(OpNames.Log1p, (g, x, _) => g * RawOps.Reciprocal(Conj(x) + 1));
        rules.Unary(OpNames.Sigmoid, (g, _, y) => RawOps.SigmoidGrad(Conj(y), g));
        rules.Unary(OpNames.Tanh, (g, _, y) => RawOps.TanhGrad(Conj(y), g));
        rules.Unary(OpNames.Sinh, (g, x, _) => g * RawOps.Cosh(Conj(x)));
        rules.Unary(OpNames.Cosh, (g, x, _) => g * RawOps.Sinh(Conj(x)));
        rules.Unary(OpNames.Asinh, (g, _, y) => g / RawOps.Cosh(Conj(y)));
        rules.Unary(OpNames.Acosh, (g, _, y) => g / RawOps.Sinh(Conj(y)));
        rules.Unary(OpNames.Atanh, (g, x, _) => g * RawOps.Reciprocal(1 - RawOps.Square(Conj(x))));
    }

    private static void Trigonometry(RuleTable rules)
    {
        rules.Unary(OpNames.Sin, (g, x, _) => g * RawOps.Cos(Conj(x)));
        rules.Unary(OpNames.Cos, (g, x, _) => -g * RawOps.Sin(Conj(x)));
        rules.Unary(OpNames.Tan, (g, x, _) => g * RawOps.Square(RawOps.Reciprocal(RawOps.Cos(Conj(x)))));
        rules.Unary(OpNames.Asin, (g, x, _) => g * RawOps.Reciprocal(RawOps.Sqrt(1 - RawOps.Square(Conj(x)))));
        rules.Unary(OpNames.Acos, (g, x, _) => -g * RawOps.Reciprocal(RawOps.Sqrt(1 - RawOps.Square(Conj(x)))));
        rules.Unary(OpNames.Atan, (g, x, _) => g * RawOps.Reciprocal(1 + RawOps.Square(Conj(x))));
    }

    /// <summary>The gradient ops: the first input is the output y of the function (a), the second the upstream gradient (b).</summary>
    private static void Gradients(RuleTable rules)
    {
        rules.Pair(OpNames.TanhGrad, (g, a, b, _) => g * -2 * Conj(b) * Conj(a), (g, a, _, _) => RawOps.TanhGrad(Conj(a), g));
        rules.Pair(OpNames.SigmoidGrad, SigmoidSecond, (g, a, _, _) => RawOps.SigmoidGrad(Conj(a), g));
        rules.Pair(OpNames.SqrtGrad, (g, a, _, z) => -Conj(g / a) * z, (g, a, _, _) => g / a * 0.5);
        rules.Pair(
            OpNames.RsqrtGrad, (g, a, b, _) => Conj(g) * -1.5 * b * RawOps.Square(Conj(a)), (g, a, _, _) => RsqrtGradient(Conj(a), g));
        foreach (string op in (ReadOnlySpan<string>)[OpNames.ReciprocalGrad, OpNames.InvGrad])
            rules.Pair(op, (g, a, b, _) => Conj(g) * -2 * b * Conj(a), (g, a, _, _) => ReciprocalGradient(Conj(a), g));
    }

    // XLA's kernels of these three forget to conjugate a complex y.
    private static Tensor SqrtGradient(Tensor y, Tensor g) => y.DType.IsComplex ? g * 0.5 / RawOps.Conj(y) : RawOps.SqrtGrad(y, g);

    private static Tensor RsqrtGradient(Tensor y, Tensor g)
    {
        if (!y.DType.IsComplex)
            return RawOps.RsqrtGrad(y, g);
        Tensor conjugate = RawOps.Conj(y);
        return g * -0.5 * conjugate * RawOps.Square(conjugate);
    }

    private static Tensor ReciprocalGradient(Tensor y, Tensor g) =>
        y.DType.IsComplex ? -g * RawOps.Square(RawOps.Conj(y)) : RawOps.ReciprocalGrad(y, g);

    private static Tensor SigmoidSecond(Tensor g, Tensor a, Tensor b, Tensor z)
    {
        Tensor gb = g * Conj(b);
        return gb - gb * 2 * Conj(a);
    }
}
