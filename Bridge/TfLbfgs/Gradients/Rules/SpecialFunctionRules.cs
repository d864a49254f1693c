using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Error functions, gamma functions, Bessel functions and their kin.</summary>
internal static class SpecialFunctionRules
{
    private static readonly double TwoOverRootPi = 2 / Math.Sqrt(Math.PI);

    public static void AddTo(RuleTable rules)
    {
        rules.Unary(OpNames.Erf, (g, x, _) => g * TwoOverRootPi * RawOps.Exp(-RawOps.Square(x)));
        rules.Unary(OpNames.Erfc, (g, x, _) => g * -TwoOverRootPi * RawOps.Exp(-RawOps.Square(x)));
        rules.Unary(OpNames.Erfinv, (g, _, y) => g * (Math.Sqrt(Math.PI) / 2) * RawOps.Exp(RawOps.Square(y)));
        rules.Unary(OpNames.Ndtri, (g, _, y) => g * Math.Sqrt(2 * Math.PI) * RawOps.Exp(RawOps.Square(y) / 2));
        rules.Unary(OpNames.Dawsn, (g, x, y) => g * (1 - x * 2 * y));
        rules.Unary(OpNames.Expint, (g, x, _) => g * RawOps.Exp(x) / x);
        rules.Unary(OpNames.FresnelCos, (g, x, _) => g * RawOps.Cos(RawOps.Square(x) * (Math.PI / 2)));
        rules.Unary(OpNames.FresnelSin, (g, x, _) => g * RawOps.Sin(RawOps.Square(x) * (Math.PI / 2)));
        rules.Unary(OpNames.Spence, (g, x, _) => g * AtOrElse(x, 1, -1, RawOps.Log(x) / (1 - x)));
        Gamma(rules);
        Bessel(rules);
    }

    private static void Gamma(RuleTable rules)
    {
        rules.Unary(OpNames.Lgamma, (g, x, _) => g * RawOps.Digamma(x));
        rules.Unary(OpNames.Digamma, (g, x, _) => g * RawOps.Polygamma(Tensor.Scalar(1, x.DType), x));
        rules.Broadcasting(OpNames.Polygamma, (_, _, _, _) => null, (g, n, x, _) => RawOps.Polygamma(n + 1, x) * g);
        rules.Broadcasting(OpNames.Zeta, (_, _, _, _) => null, (g, x, q, _) => -x * RawOps.Zeta(x + 1, q) * g);
        rules.Broadcasting(OpNames.Igamma, (g, a, x, _) => RawOps.IgammaGradA(a, x) * g, (g, a, x, _) => GammaDensity(a, x) * g);
        rules.Broadcasting(OpNames.Igammac, (g, a, x, _) => -(RawOps.IgammaGradA(a, x) * g), (g, a, x, _) => -(GammaDensity(a, x) * g));
        rules.Add(OpNames.IgammaGradA, context => context.Needs(0)
            ? throw new TfLbfgsException(
                "The second derivative of Igamma or Igammac with respect to a is not available: TensorFlow computes the first one by an op of its own. "
                + "Stop the gradient of a with Tf.StopGradient.")
            : context.Result(null, Broadcast.SumTo(
                GammaDensity(context.Inputs[0], context.Inputs[1]) * (RawOps.Log(context.Inputs[1]) - RawOps.Digamma(context.Inputs[0]))
                    * context.Upstream,
                context.Inputs[1], context.Inputs[0])));
        rules.Add(OpNames.Betainc, context =>
        {
            (Tensor a, Tensor b, Tensor x) = (context.Inputs[0], context.Inputs[1], context.Inputs[2]);
            if (!context.Needs(2))
                return context.Result();
            Tensor logBeta = RawOps.Lgamma(a) + RawOps.Lgamma(b) - RawOps.Lgamma(a + b);
            Tensor density = RawOps.Exp(RawOps.Xlog1py(b - 1, -x) + RawOps.Xlogy(a - 1, x) - logBeta);
            return context.Result(null, null, Broadcast.SumTo(density * context.Upstream, x));
        });
    }

    private static void Bessel(RuleTable rules)
    {
        rules.Unary(OpNames.BesselI0, (g, x, _) => g * RawOps.BesselI1(x));
        rules.Unary(OpNames.BesselI0e, (g, x, y) => g * (RawOps.BesselI1e(x) - RawOps.Sign(x) * y));
        rules.Unary(OpNames.BesselI1, (g, x, y) => g * AtOrElse(x, 0, 1, RawOps.BesselI0(x) - y / x));
        rules.Unary(OpNames.BesselI1e,
            (g, x, y) => g * AtOrElse(x, 0, 0.5, RawOps.BesselI0e(x) - y * (RawOps.Sign(x) + RawOps.Reciprocal(x))));
        rules.Unary(OpNames.BesselK0, (g, x, _) => g * -RawOps.BesselK1(x));
        rules.Unary(OpNames.BesselK0e, (g, x, y) => g * (y - RawOps.BesselK1e(x)));
        rules.Unary(OpNames.BesselK1, (g, x, y) => g * (-RawOps.BesselK0(x) - y / x));
        rules.Unary(OpNames.BesselK1e, (g, x, y) => g * (y * (1 - RawOps.Reciprocal(x)) - RawOps.BesselK0e(x)));
        rules.Unary(OpNames.BesselJ0, (g, x, _) => g * -RawOps.BesselJ1(x));
        rules.Unary(OpNames.BesselJ1, (g, x, y) => g * AtOrElse(x, 0, 0.5, RawOps.BesselJ0(x) - y / x));
        rules.Unary(OpNames.BesselY0, (g, x, _) => g * -RawOps.BesselY1(x));
        rules.Unary(OpNames.BesselY1, (g, x, y) => g * (RawOps.BesselY0(x) - y / x));
    }

    /// <summary>The derivative of the regularized lower incomplete gamma function with respect to x.</summary>
    private static Tensor GammaDensity(Tensor a, Tensor x) => RawOps.Exp(-x + RawOps.Xlogy(a - 1, x) - RawOps.Lgamma(a));

    /// <summary>A given value where x is at a removable singularity.</summary>
    private static Tensor AtOrElse(Tensor x, double at, double value, Tensor otherwise) =>
        RawOps.SelectV2(RawOps.Equal(x, Tensor.Scalar(at, x.DType)), Tensor.Scalar(value, x.DType), otherwise);
}
