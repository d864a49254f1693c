using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>Names for the scalar logic of the compiled loop: float64 and bool tensors of shape [].</summary>
internal static class ScalarMath
{
    public static Tensor And(Tensor a, Tensor b) => RawOps.LogicalAnd(a, b);

    public static Tensor And(Tensor a, Tensor b, Tensor c) => And(And(a, b), c);

    public static Tensor Or(Tensor a, Tensor b) => RawOps.LogicalOr(a, b);

    public static Tensor Or(Tensor a, Tensor b, Tensor c) => Or(Or(a, b), c);

    public static Tensor Not(Tensor a) => RawOps.LogicalNot(a);

    public static Tensor If(Tensor condition, Tensor then, Tensor otherwise) => RawOps.SelectV2(condition, then, otherwise);

    public static Tensor If(Tensor condition, double then, Tensor otherwise) => If(condition, Number(then), otherwise);

    public static Tensor If(Tensor condition, Tensor then, double otherwise) => If(condition, then, Number(otherwise));

    public static Tensor If(Tensor condition, double then, double otherwise) => If(condition, Number(then), Number(otherwise));

    public static Tensor Less(Tensor a, Tensor b) => RawOps.Less(a, b);

    public static Tensor Less(Tensor a, double b) => Less(a, Number(b));

    public static Tensor AtMost(Tensor a, Tensor b) => RawOps.LessEqual(a, b);

    public static Tensor AtLeast(Tensor a, double b) => RawOps.GreaterEqual(a, Number(b));

    public static Tensor Is(Tensor a, double b) => RawOps.Equal(a, Number(b));

    public static Tensor IsTrue(Tensor flag) => Less(Number(0.5), flag);

    public static Tensor Flag(Tensor condition) => If(condition, 1, 0);

    public static Tensor IsFinite(Tensor a) => RawOps.IsFinite(a);

    public static Tensor Min(Tensor a, Tensor b) => RawOps.Minimum(a, b);

    public static Tensor Max(Tensor a, Tensor b) => RawOps.Maximum(a, b);

    public static Tensor Clamp(Tensor a, Tensor low, Tensor high) => Min(Max(a, low), high);

    public static Tensor Number(double value) => Tensor.Scalar(value);
}
