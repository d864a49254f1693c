using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Complex numbers and their parts. A gradient g of a real target L has dL = Re sum(conj(g) dz).</summary>
internal static class ComplexRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Broadcasting(OpNames.Complex, (g, x, _, _) => RawOps.Real(g, x.DType), (g, x, _, _) => RawOps.Imag(g, x.DType));
        rules.Unary(OpNames.Real, (g, x, _) => RawOps.Complex(g, Tensor.Scalar(0, g.DType), x.DType));
        rules.Unary(OpNames.Imag, (g, x, _) => RawOps.Complex(Tensor.Scalar(0, g.DType), g, x.DType));
        rules.Unary(OpNames.Conj, (g, _, _) => RawOps.Conj(g));
        rules.Unary(OpNames.Angle, (g, x, _) =>
        {
            Tensor turned = RawOps.Complex(RawOps.Imag(x, g.DType), RawOps.Real(x, g.DType), x.DType);
            return -RawOps.Complex(g, Tensor.Scalar(0, g.DType), x.DType) * RawOps.Reciprocal(turned);
        });
        rules.Unary(OpNames.ComplexAbs, (g, x, y) => RawOps.DivNoNan(
            RawOps.Complex(g, RawOps.ZerosLike(g), x.DType) * x, RawOps.Complex(y, RawOps.ZerosLike(y), x.DType)));
    }
}
