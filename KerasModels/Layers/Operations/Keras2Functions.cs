using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The functions of TensorFlow that stand in files of Keras 2 as layers, by the names under which Keras 2 writes them, with TensorFlow's
/// parameters
/// and defaults. Functions of <c>keras.backend</c> are written as these. Python: <c>TFOpLambda</c>, <c>SlicingOpLambda</c>.
/// </summary>
internal static partial class Keras2Functions
{
    /// <summary>All of them.</summary>
    public static OperationTable Table { get; } = Create();

    private static OperationTable Create()
    {
        OperationTable table = new();
        AddElementwise(table);
        AddPairs(table);
        AddReductions(table);
        AddShapes(table);
        AddSelections(table);
        AddNetworks(table);
        AddLinearAlgebra(table);
        return table;
    }

    private static void AddElementwise(OperationTable table)
    {
        table.Unary("math.abs abs __operators__.abs", Tf.Abs);
        table.Unary("math.negative negative __operators__.neg", Tf.Negative);
        table.Unary("math.sign sign", Tf.Sign);
        table.Unary("math.square square", Tf.Square);
        table.Unary("math.sqrt sqrt", Tf.Sqrt);
        table.Unary("math.rsqrt", Tf.Math.Rsqrt);
        table.Unary("math.exp exp", Tf.Exp);
        table.Unary("math.expm1", Tf.Expm1);
        table.Unary("math.log", Tf.Log);
        table.Unary("math.log1p", Tf.Log1p);
        table.Unary("math.sin sin", Tf.Sin);
        table.Unary("math.cos cos", Tf.Cos);
        table.Unary("math.tan tan", Tf.Tan);
        table.Unary("math.asin asin", Tf.Asin);
        table.Unary("math.acos acos", Tf.Acos);
        table.Unary("math.atan atan", Tf.Atan);
        table.Unary("math.sinh sinh", Tf.Sinh);
        table.Unary("math.cosh cosh", Tf.Cosh);
        table.Unary("math.tanh tanh nn.tanh", Tf.Tanh);
        table.Unary("math.asinh asinh", Tf.Asinh);
        table.Unary("math.acosh acosh", Tf.Acosh);
        table.Unary("math.atanh atanh", Tf.Atanh);
        table.Unary("math.sigmoid sigmoid nn.sigmoid", Tf.Sigmoid);
        table.Unary("math.log_sigmoid", Tf.Math.LogSigmoid);
        table.Unary("math.reciprocal", Tf.Math.Reciprocal);
        table.Unary("math.reciprocal_no_nan", Tf.Math.ReciprocalNoNan);
        table.Unary("math.floor floor", Tf.Floor);
        table.Unary("math.ceil", Tf.Math.Ceil);
        table.Unary("math.round round", Tf.Round);
        table.Unary("math.rint", Tf.Math.Rint);
        table.Unary("math.is_nan", Tf.Math.IsNan);
        table.Unary("math.is_inf", Tf.Math.IsInf);
        table.Unary("math.is_finite", Tf.Math.IsFinite);
        table.Unary("math.erf", Tf.Math.Erf);
        table.Unary("math.erfc", Tf.Math.Erfc);
        table.Unary("math.erfinv", Tf.Math.Erfinv);
        table.Unary("math.digamma", Tf.Math.Digamma);
        table.Unary("math.lgamma", Tf.Math.Lgamma);
        table.Unary("math.logical_not logical_not __operators__.invert", Tf.LogicalNot);
        table.Add("math.real", "input", a => Tf.Real(a.Tensor("input")));
        table.Add("math.imag", "input", a => Tf.Imag(a.Tensor("input")));
        table.Unary("math.conj", Tf.Conj);
        table.Add("identity stop_gradient", "input", a => Tf.Identity(a.Tensor("input")));
        table.Add("zeros_like compat.v1.zeros_like", "input", a =>
            Tf.ZerosLike(a.Tensor("input"), a.DType("dtype") ?? a.Tensor("input").DType));
        table.Add("ones_like compat.v1.ones_like", "input", a =>
            Tf.OnesLike(a.Tensor("input"), a.DType("dtype") ?? a.Tensor("input").DType));
        table.Add("cast compat.v1.cast", "x dtype", a =>
            Tf.Cast(a.Tensor("x"), a.DType("dtype") ?? throw a.Fail("expected a 'dtype', received none.")));
        table.Add("saturate_cast", "value dtype", a =>
            Tf.SaturateCast(a.Tensor("value"), a.DType("dtype") ?? throw a.Fail("expected a 'dtype', received none.")));
        table.Add("bitcast", "input type", a =>
            Tf.Bitcast(a.Tensor("input"), a.DType("type") ?? throw a.Fail("expected a 'type', received none.")));
        table.Add("convert_to_tensor compat.v1.convert_to_tensor", "value dtype", a =>
            a.DType("dtype") is { } dtype ? Tf.Cast(a.Tensor("value"), dtype) : Tf.Identity(a.Tensor("value")));
        table.Add("clip_by_value", "t clip_value_min clip_value_max", a =>
            Tf.ClipByValue(a.Tensor("t"), a.Tensor("clip_value_min"), a.Tensor("clip_value_max")));
        table.Add("clip_by_norm", "t clip_norm axes", a => Tf.ClipByNorm(a.Tensor("t"), a.Number("clip_norm", 1), a.OptionalInts("axes")));
        table.Add("ensure_shape", "x shape", a => Tf.Identity(a.Tensor("x")));
    }

    private static void AddPairs(OperationTable table)
    {
        Pair("math.add add __operators__.add", Tf.Add);
        Pair("math.subtract subtract __operators__.sub", Tf.Subtract);
        Pair("math.multiply multiply __operators__.mul", Tf.Multiply);
        Pair("math.truediv math.divide divide truediv __operators__.truediv",
            (x, y) => Tf.Divide(Promotion.Floating(x), Promotion.Floating(y)));
        Pair("math.divide_no_nan", Tf.Math.DivideNoNan);
        Pair("math.multiply_no_nan", Tf.Math.MultiplyNoNan);
        Pair("math.floordiv floordiv compat.v1.floor_div math.floor_div __operators__.floordiv", Tf.Math.FloorDiv);
        Pair("math.floormod math.mod __operators__.mod", Tf.Math.FloorMod);
        Pair("math.pow pow __operators__.pow", Tf.Pow);
        Pair("math.maximum maximum", Tf.Maximum);
        Pair("math.minimum minimum", Tf.Minimum);
        Pair("math.squared_difference", Tf.Math.SquaredDifference);
        Pair("math.xlogy", Tf.Math.Xlogy);
        Pair("math.xdivy", Tf.Math.Xdivy);
        Pair("math.equal equal", Tf.Equal);
        Pair("math.not_equal not_equal", Tf.NotEqual);
        Pair("math.greater greater __operators__.gt", Tf.Greater);
        Pair("math.greater_equal greater_equal __operators__.ge", Tf.GreaterEqual);
        Pair("math.less less __operators__.lt", Tf.Less);
        Pair("math.less_equal less_equal __operators__.le", Tf.LessEqual);
        Pair("math.logical_and logical_and __operators__.and", Tf.LogicalAnd);
        Pair("math.logical_or logical_or __operators__.or", Tf.LogicalOr);
        Pair("math.logical_xor __operators__.xor", Tf.Math.LogicalXor);
        table.Add("__operators__.eq", "self other", a => Tf.Equal(a.Tensor("self"), a.Tensor("other")));
        table.Add("__operators__.ne", "self other", a => Tf.NotEqual(a.Tensor("self"), a.Tensor("other")));
        table.Add("math.atan2 atan2", "y x", a => Tf.Atan2(a.Tensor("y"), a.Tensor("x")));
        table.Add("math.scalar_mul scalar_mul", "scalar x", a => a.Tensor("scalar") * a.Tensor("x"));
        table.Add("math.add_n add_n math.accumulate_n", "inputs", a => Tf.AddN(a.Tensors("inputs")));
        table.Add("where compat.v1.where_v2 where_v2", "condition x y", a =>
        {
            if (!a.Has("x"))
                return Tf.Where(a.Tensor("condition"));
            // A constant has the dtype of the tensor on its other side; of two, that of their own.
            Tensor like = a.FirstInput("x", "y") ?? Tensor.Scalar(0f);
            return Tf.Where(a.Tensor("condition"), a.Tensor("x", like), a.Tensor("y", like));
        });

        void Pair(string names, Func<Tensor, Tensor, Tensor> compute) =>
            table.Add(names, "x y", a => compute(a.Tensor("x"), a.Tensor("y")));
    }

    private static void AddReductions(OperationTable table)
    {
        Reduction("math.reduce_mean reduce_mean", Tf.ReduceMean);
        Reduction("math.reduce_sum reduce_sum", Tf.ReduceSum);
        Reduction("math.reduce_max reduce_max", Tf.ReduceMax);
        Reduction("math.reduce_min reduce_min", Tf.ReduceMin);
        Reduction("math.reduce_prod reduce_prod", Tf.ReduceProd);
        Reduction("math.reduce_std", Tf.Math.ReduceStd);
        Reduction("math.reduce_variance", Tf.Math.ReduceVariance);
        Reduction("math.reduce_logsumexp reduce_logsumexp", Tf.ReduceLogSumExp);
        Reduction("math.reduce_euclidean_norm", Tf.Math.ReduceEuclideanNorm);
        Reduction("math.reduce_all reduce_all", Tf.ReduceAll);
        Reduction("math.reduce_any reduce_any", Tf.ReduceAny);
        table.Add("math.count_nonzero", "input axis keepdims dtype", a =>
            Tf.Math.CountNonzero(a.Tensor("input"), a.OptionalInts("axis"), a.Flag("keepdims"), a.DType("dtype") ?? DType.Int64));
        table.Add("math.argmax argmax", "input axis output_type", a =>
            Tf.ArgMax(a.Tensor("input"), a.Int("axis", 0), a.DType("output_type") ?? DType.Int64));
        table.Add("math.argmin argmin", "input axis output_type", a =>
            Tf.ArgMin(a.Tensor("input"), a.Int("axis", 0), a.DType("output_type") ?? DType.Int64));
        table.Add("math.cumsum cumsum", "x axis exclusive reverse", a =>
            Tf.CumSum(a.Tensor("x"), a.Int("axis", 0), a.Flag("exclusive"), a.Flag("reverse")));
        table.Add("math.cumprod", "x axis exclusive reverse", a =>
            Tf.Math.CumProd(a.Tensor("x"), a.Int("axis", 0), a.Flag("exclusive"), a.Flag("reverse")));
        table.Add("math.l2_normalize linalg.l2_normalize nn.l2_normalize", "x axis epsilon", a =>
            Tf.Math.L2Normalize(a.Tensor("x"), a.OptionalInts("axis"), a.Number("epsilon", 1e-12)));
        table.Add("norm linalg.norm compat.v1.norm compat.v1.linalg.norm", "tensor ord axis keepdims", Norm);

        void Reduction(string names, Func<Tensor, int[]?, bool, Tensor> compute) =>
            table.Add(names, "input_tensor axis keepdims", a =>
                compute(a.Tensor("input_tensor"), a.OptionalInts("axis"), a.Flag("keepdims")));
    }

    private static Tensor Norm(OperationArguments a)
    {
        string order = a.Find("ord") is { ValueKind: System.Text.Json.JsonValueKind.String } ? a.Text("ord", "euclidean") : "";
        bool keepDims = a.Has("keepdims") ? a.Flag("keepdims") : a.Flag("keep_dims");
        // TensorFlow means by its default the 2-norm of all elements, and of matrices the Frobenius norm.
        return OperationFormulas.Norm(a.Tensor("tensor"), order is "euclidean" or "fro" or "" && !IsNumber(a) ? null
            : a.Number("ord", 2), a.OptionalInts("axis"), keepDims);
    }

    private static bool IsNumber(OperationArguments a) => a.Find("ord") is { ValueKind: System.Text.Json.JsonValueKind.Number };

    private static void AddLinearAlgebra(OperationTable table)
    {
        table.Add("linalg.matmul matmul __operators__.matmul", "a b transpose_a transpose_b adjoint_a adjoint_b", a => Tf.MatMul(
            a.Tensor("a"), a.Tensor("b"), a.Flag("transpose_a"), a.Flag("transpose_b"), a.Flag("adjoint_a"), a.Flag("adjoint_b")));
        table.Add("linalg.matvec", "a b transpose_a", a => Tf.Linalg.MatVec(a.Tensor("a"), a.Tensor("b"), a.Flag("transpose_a")));
        table.Add("tensordot linalg.tensordot", "a b axes", a => a.TensorDot(a.Tensor("a"), a.Tensor("b")));
        table.Add("einsum linalg.einsum", "equation", a => a.Inputs.Count > 0 && a.PositionalCount > 1
            ? Tf.Einsum(a.Text("equation", ""), a.Rest(1))
            : throw a.Fail("Keras 2 does not write the tensors of an einsum, so that the file does not say what it computes. Replace it "
                + "by a layer and save the model again."));
        table.Add("linalg.det", "input", a => Tf.Linalg.Det(a.Tensor("input")));
        table.Add("linalg.inv", "input adjoint", a => Tf.Linalg.Inv(a.Tensor("input"), a.Flag("adjoint")));
        table.Add("linalg.cholesky", "input", a => Tf.Linalg.Cholesky(a.Tensor("input")));
        table.Add("linalg.solve", "matrix rhs adjoint", a => Tf.Linalg.Solve(a.Tensor("matrix"), a.Tensor("rhs"), a.Flag("adjoint")));
        table.Add("linalg.cross", "a b", a => Tf.Linalg.Cross(a.Tensor("a"), a.Tensor("b")));
        table.Add("linalg.trace", "x", a => Tf.Linalg.Trace(a.Tensor("x")));
        table.Add("linalg.band_part", "input num_lower num_upper", a =>
            Tf.Linalg.BandPart(a.Tensor("input"), a.Int("num_lower"), a.Int("num_upper")));
        table.Add("linalg.diag", "diagonal k", a => Tf.Linalg.Diag(a.Tensor("diagonal"), a.Int("k", 0)));
        table.Add("linalg.diag_part", "input k", a => Tf.Linalg.DiagPart(a.Tensor("input"), a.Int("k", 0)));
        table.Add("linalg.matrix_transpose", "a", a => Tf.Linalg.MatrixTranspose(a.Tensor("a")));
        table.Add("signal.frame", "signal frame_length frame_step pad_end pad_value axis", Frame);
    }

    private static Tensor Frame(OperationArguments a)
    {
        Tensor signal = a.Tensor("signal");
        int length = a.Int("frame_length"), step = a.Int("frame_step"), axis = OperationFormulas.Axes(signal, [a.Int("axis", -1)])[0];
        if (a.Flag("pad_end") || signal.Shape[axis] < 0)
            throw a.Fail("expected frames of a signal of known length without padding at its end.");
        int frames = Math.Max(0, 1 + (((int)signal.Shape[axis] - length) / step));
        int[] places = [.. Enumerable.Range(0, frames).SelectMany(i => Enumerable.Range(i * step, length))];
        return Tf.Gather(signal, Tensor.From<int>(places, [frames, length]), axis);
    }
}
