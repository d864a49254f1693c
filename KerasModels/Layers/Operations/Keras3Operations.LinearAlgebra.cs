using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

internal static partial class Keras3Operations
{
    private static void AddLinearAlgebra(OperationTable table)
    {
        table.Add("Matmul", "x1 x2", a => MatMul(a));
        table.Add("Dot", "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));
            return x.Rank == 0 || y.Rank == 0 ? x * y : Tf.TensorDot(x, y, [x.Rank - 1], [y.Rank == 1 ? 0 : y.Rank - 2]);
        });
        table.Add("Inner", "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));
            return x.Rank == 0 || y.Rank == 0 ? x * y : Tf.TensorDot(x, y, [x.Rank - 1], [y.Rank - 1]);
        });
        table.Add("Outer", "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));
            return Tf.Reshape(x, [-1, 1]) * Tf.Reshape(y, [1, -1]);
        });
        table.Add("Vdot", "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));
            return Tf.ReduceSum((x.DType == y.DType ? Tf.Conj(Tf.Reshape(x, [-1])) : x) * Tf.Reshape(y, [-1]));
        });
        table.Add("Cross", "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));
            return Tf.Linalg.Cross(x, y);
        });
        table.Add("Tensordot", "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));
            return a.TensorDot(x, y);
        });
        table.Add("Einsum", "", a => Tf.Einsum(a.Text("subscripts", ""), Promotion.Of(a.Rest(0))));
        table.Unary("Det", Tf.Linalg.Det);
        table.Unary("Inv", x => Tf.Linalg.Inv(x));
        table.Add("Cholesky", "x", a =>
            a.Flag("upper") ? Tf.Linalg.MatrixTranspose(Tf.Linalg.Cholesky(a.Tensor("x"))) : Tf.Linalg.Cholesky(a.Tensor("x")));
        table.Add("CholeskyInverse", "x", a => a.Tensor("x") is var factor && a.Flag("upper")
            ? Tf.Linalg.CholeskySolve(Tf.Linalg.MatrixTranspose(factor), Identity(factor))
            : Tf.Linalg.CholeskySolve(a.Tensor("x"), Identity(a.Tensor("x"))));
        table.Add("Solve", "a b", a => Solve(a, (x, y) => Tf.Linalg.Solve(x, y)));
        table.Add("SolveTriangular", "a b", a => Solve(a, (x, y) => Tf.Linalg.TriangularSolve(x, y, a.Flag("lower"))));
        table.AddMany("Qr", "x", a =>
        {
            (Tensor q, Tensor r) = Tf.Linalg.Qr(a.Tensor("x"), a.Text("mode", "reduced") == "complete");
            return [q, r];
        });
        table.AddMany("Eigh", "x", a =>
        {
            (Tensor values, Tensor vectors) = Tf.Linalg.Eigh(a.Tensor("x"));
            return [values, vectors];
        });
        table.AddMany("SVD", "x", a =>
        {
            if (!a.Flag("compute_uv", true))
                return [Tf.Linalg.Svdvals(a.Tensor("x"))];
            (Tensor values, Tensor left, Tensor right) = Tf.Linalg.Svd(a.Tensor("x"), a.Flag("full_matrices", true));
            return [left, values, Tf.Linalg.Adjoint(right)];
        });
        table.AddMany("Slogdet", "x", a =>
        {
            (Tensor sign, Tensor logarithm) = Tf.Linalg.Slogdet(a.Tensor("x"));
            return [sign, logarithm];
        });
        table.AddMany("FFT", "x", a => Transform(a, Tf.Signal.Fft));
        table.AddMany("FFT2", "x", a => Transform(a, Tf.Signal.Fft2D));
        table.AddMany("IFFT2", "x", a => Transform(a, Tf.Signal.Ifft2D));
        table.AddMany("RFFT", "x", a =>
        {
            Tensor spectrum = Tf.Signal.Rfft(a.Tensor("x"), a.OptionalInt("fft_length"));
            return [Tf.Real(spectrum), Tf.Imag(spectrum)];
        });
        table.Add("IRFFT", "x", a => a.Tensors("x") is [var real, var imaginary]
            ? Tf.Signal.Irfft(Tf.Complex(real, imaginary), a.OptionalInt("fft_length"))
            : throw a.Fail("expected a real and an imaginary part."));
        table.Add("Trapezoid", "y x", a =>
        {
            Tensor y = Promotion.Floating(a.Tensor("y"));
            int axis = a.Int("axis", -1), at = OperationFormulas.Axes(y, [axis])[0];
            Tensor sums = Neighbours(y, 1, null) + Neighbours(y, null, -1);
            Tensor steps = a.OptionalTensor("x", y) is { } x ? Difference(x, 1, x.Rank == 1 ? -1 : axis) : OperationFormulas.Constant(y, a.Number("dx", 1));
            return Tf.ReduceSum(sums * steps, at) / 2;

            Tensor Neighbours(Tensor of, long? begin, long? end) =>
                of[[.. Enumerable.Range(0, of.Rank).Select(i => i == at ? TensorIndex.Slice(begin, end) : TensorIndex.Slice(null, null))]];
        });
    }

    private static Tensor MatMul(OperationArguments a)
    {
        (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));
        return (x.Rank, y.Rank) switch
        {
            (1, 1) => Tf.ReduceSum(x * y, 0),
            (_, 1) => Tf.Linalg.MatVec(x, y),
            (1, _) => Tf.Squeeze(Tf.MatMul(Tf.ExpandDims(x, 0), y), -2),
            _ => Tf.MatMul(x, y),
        };
    }

    // A right side with a dimension less is a vector.
    private static Tensor Solve(OperationArguments a, Func<Tensor, Tensor, Tensor> solve)
    {
        Tensor matrix = a.Tensor("a"), rhs = a.Tensor("b");
        return rhs.Rank == matrix.Rank - 1 ? Tf.Squeeze(solve(matrix, Tf.ExpandDims(rhs, -1)), -1) : solve(matrix, rhs);
    }

    private static Tensor Identity(Tensor matrix) => Tf.Linalg.SetDiag(Tf.ZerosLike(matrix), Tf.OnesLike(Tf.Linalg.DiagPart(matrix)));

    private static Tensor[] Transform(OperationArguments a, Func<Tensor, Tensor> compute)
    {
        if (a.Tensors("x") is not [var real, var imaginary])
            throw a.Fail("expected a real and an imaginary part.");
        Tensor result = compute(Tf.Complex(real, imaginary));
        return [Tf.Real(result), Tf.Imag(result)];
    }
}
