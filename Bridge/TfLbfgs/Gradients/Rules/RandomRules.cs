using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Random samples with respect to the parameters of their distribution, by implicit differentiation: a sample moves so that the
/// distribution function there stays the same. Figurnov, Mohamed, Mnih: Implicit reparameterization gradients, 2018.
/// </summary>
internal static class RandomRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.RandomGamma, context => context.Result(null, Gamma(context, context.Inputs[1])));
        rules.Add(OpNames.StatelessRandomGammaV2, context => context.Result(null, null, Gamma(context, context.Inputs[2])));
        rules.Add(OpNames.StatelessRandomGammaV3, context => context.Result(null, null, null, null, Gamma(context, context.Inputs[4])));
        rules.Add(OpNames.StatelessParameterizedTruncatedNormal, TruncatedNormal);
    }

    private static Tensor? Gamma(RuleContext context, Tensor alpha) =>
        Broadcast.SumTo(context.Upstream * RawOps.RandomGammaGrad(alpha, context.Outputs[0]), alpha);

    private static Tensor?[] TruncatedNormal(RuleContext context)
    {
        (Tensor mean, Tensor deviation, Tensor min, Tensor max) =
            (context.Inputs[2], context.Inputs[3], context.Inputs[4], context.Inputs[5]);
        Tensor g = context.Upstream;
        Tensor low = (min - mean) / deviation;
        Tensor high = (max - mean) / deviation;
        Tensor sample = (context.Outputs[0] - mean) / deviation;
        (double tiny, double epsilon) = LimitsOf(g.DType);
        Tensor probability = RawOps.ClipByValue(
            (Normal(sample) - Normal(low)) / (Normal(high) - Normal(low)), Tensor.Scalar(tiny, g.DType),
            Tensor.Scalar(1 - epsilon, g.DType));
        Tensor ofMax = RawOps.Exp((RawOps.Square(sample) - RawOps.Square(high)) * 0.5 + RawOps.Log(probability));
        Tensor ofMin = RawOps.Exp((RawOps.Square(sample) - RawOps.Square(low)) * 0.5 + RawOps.Log1p(-probability));
        return context.Result(
            null, null, Broadcast.SumTo(g, mean), Broadcast.SumTo(g * sample, deviation), Broadcast.SumTo(g * ofMin, min),
            Broadcast.SumTo(g * ofMax, max));
    }

    /// <summary>The distribution function of the standard normal distribution.</summary>
    private static Tensor Normal(Tensor x) => RawOps.Erfc(x * -Math.Sqrt(0.5)) * 0.5;

    /// <summary>The smallest normal number, and the distance of 1 from the next one.</summary>
    private static (double Tiny, double Epsilon) LimitsOf(DType dtype) => dtype switch
    {
        DType.Float64 => (Math.ScaleB(1, -1022), Math.ScaleB(1, -52)),
        DType.Float16 => (Math.ScaleB(1, -14), Math.ScaleB(1, -10)),
        DType.BFloat16 => (Math.ScaleB(1, -126), Math.ScaleB(1, -7)),
        _ => (Math.ScaleB(1, -126), Math.ScaleB(1, -23)),
    };
}
