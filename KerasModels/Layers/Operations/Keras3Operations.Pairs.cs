using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

internal static partial class Keras3Operations
{
    private static void AddPairs(OperationTable table)
    {
        Pair("Add", (x, y) => x.DType == DType.Bool ? Tf.LogicalOr(x, y) : Tf.Add(x, y));
        Pair("Subtract", Tf.Subtract);
        Pair("Multiply", (x, y) => x.DType == DType.Bool ? Tf.LogicalAnd(x, y) : Tf.Multiply(x, y));
        FloatingPair("Divide TrueDivide", Tf.Divide);
        FloatingPair("DivideNoNan", Tf.Math.DivideNoNan);
        Pair("Power", Tf.Pow);
        Pair("Maximum", Tf.Maximum);
        Pair("Minimum", Tf.Minimum);
        Pair("Mod", Tf.Math.FloorMod);
        Pair("Fmod", Tf.TruncateMod);
        Pair("FloorDivide", Tf.Math.FloorDiv);
        FloatingPair("Arctan2", Tf.Atan2);
        FloatingPair("Hypot", (x, y) => Tf.Sqrt(Tf.Square(x) + Tf.Square(y)));
        FloatingPair("Logaddexp", (x, y) => OperationFormulas.LogAddExp(x, y, 1));
        FloatingPair("Logaddexp2", (x, y) => OperationFormulas.LogAddExp(x, y, Math.Log(2)));
        FloatingPair("Nextafter", Tf.Math.NextAfter);
        FloatingPair("Heaviside", (x, y) => Tf.Where(
            Tf.Less(x, Tf.ZerosLike(x)), Tf.ZerosLike(x),
                Tf.Where(Tf.Greater(x, Tf.ZerosLike(x)), Tf.OnesLike(x), Tf.BroadcastTo(y, Tf.Shape(x)))));
        FloatingPair("Fmax", (x, y) => Tf.Where(Tf.Math.IsNan(x), y, Tf.Where(Tf.Math.IsNan(y), x, Tf.Maximum(x, y))));
        FloatingPair("Fmin", (x, y) => Tf.Where(Tf.Math.IsNan(x), y, Tf.Where(Tf.Math.IsNan(y), x, Tf.Minimum(x, y))));
        Pair("Equal", Tf.Equal);
        Pair("NotEqual", Tf.NotEqual);
        Pair("Greater", Tf.Greater);
        Pair("GreaterEqual", Tf.GreaterEqual);
        Pair("Less", Tf.Less);
        Pair("LessEqual", Tf.LessEqual);
        Flags("LogicalAnd", Tf.LogicalAnd);
        Flags("LogicalOr", Tf.LogicalOr);
        Flags("LogicalXor", Tf.Math.LogicalXor);
        Bits("BitwiseAnd", Tf.LogicalAnd, RawOps.BitwiseAnd);
        Bits("BitwiseOr", Tf.LogicalOr, RawOps.BitwiseOr);
        Bits("BitwiseXor", Tf.Math.LogicalXor, RawOps.BitwiseXor);
        Bits("BitwiseLeftShift LeftShift", null, RawOps.LeftShift);
        Bits("BitwiseRightShift RightShift", null, RawOps.RightShift);
        table.Add("Isclose", "x1 x2 rtol atol equal_nan", a => IsClose(a));
        table.Add("AllClose", "x1 x2", a => Tf.ReduceAll(IsClose(a)));
        table.Add("Where", "condition x1 x2", a =>
        {
            Tensor condition = Tf.Cast(a.Tensor("condition"), DType.Bool);
            Tensor like = a.FirstInput("x1", "x2") ?? Tensor.Scalar(0);
            (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1", like), a.Tensor("x2", like));
            return Tf.Where(condition, x, y);
        });

        void Pair(string names, Func<Tensor, Tensor, Tensor> compute) => table.Add(names, "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));
            return compute(x, y);
        });

        void FloatingPair(string names, Func<Tensor, Tensor, Tensor> compute) =>
            Pair(names, (x, y) => compute(Promotion.Floating(x), Promotion.Floating(y)));
        void Flags(string name, Func<Tensor, Tensor, Tensor> compute) =>
            table.Add(name, "x1 x2", a => compute(Tf.Cast(a.Tensor("x1"), DType.Bool), Tf.Cast(a.Tensor("x2"), DType.Bool)));
        void Bits(string names, Func<Tensor, Tensor, Tensor>? ofFlags, Func<Tensor, Tensor, Tensor> ofIntegers) =>
            table.Add(names, "x y", a =>
        {
            (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x"), a.Tensor("y"));
            return x.DType == DType.Bool && ofFlags is not null ? ofFlags(x, y) : ofIntegers(x, y);
        });
    }

    private static Tensor IsClose(OperationArguments a)
    {
        (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));
        (x, y) = (Promotion.Floating(x), Promotion.Floating(y));
        Tensor bound = (Tf.Abs(y) * a.Number("rtol", 1e-5)) + a.Number("atol", 1e-8);
        Tensor result = Tf.LogicalOr(Tf.Equal(x, y), Tf.LogicalAnd(Tf.Math.IsFinite(y), Tf.LessEqual(Tf.Abs(x - y), bound)));
        return a.Flag("equal_nan") ? Tf.LogicalOr(result, Tf.LogicalAnd(Tf.Math.IsNan(x), Tf.Math.IsNan(y))) : result;
    }
}
