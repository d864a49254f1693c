using TfLbfgs.Keras.Initializers;
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
        table.Add("Kron", "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Promotion.Of(a.Tensor("x1"), a.Tensor("x2"));
            int rank = Math.Max(x.Rank, y.Rank);
            Tensor sizesOfX = Sizes(x), sizesOfY = Sizes(y), ones = Tf.OnesLike(sizesOfX);
            return Tf.Reshape(
                Tf.Reshape(x, Tf.Reshape(Tf.Stack([sizesOfX, ones], 1), [-1])) * Tf.Reshape(
                    y, Tf.Reshape(Tf.Stack([ones, sizesOfY], 1), [-1])),
                sizesOfX * sizesOfY);

            Tensor Sizes(Tensor of) => Tf.Concat([Tensor.From<int>([.. Enumerable.Repeat(1, rank - of.Rank)]), Tf.Shape(of)], 0);
        });
        table.Add("Vander", "x", a =>
        {
            Tensor x = a.Tensor("x"), exact = Promotion.Floating(x);
            int count = a.OptionalInt("N")
                ?? (x.Shape[0] >= 0 ? (int)x.Shape[0] : throw a.Fail($"expected a known length, received {x.Describe()}."));
            IEnumerable<float> powers = Enumerable.Range(0, count).Select(i => (float)i);
            Tensor exponents = Tf.Cast(Tensor.From<float>([.. a.Flag("increasing") ? powers : powers.Reverse()]), exact.DType);
            return Tf.Cast(Tf.Pow(Tf.ExpandDims(exact, -1), exponents), x.DType);
        });
        table.Add("Pinv", "x", a => Tf.Linalg.Pinv(a.Tensor("x"), a.Has("rcond") ? a.Number("rcond", 0) : null));
        table.Add("MatrixRank", "x", a => Tf.Linalg.MatrixRank(a.Tensor("x"), a.Has("tol") ? a.Number("tol", 0) : null));
        table.Add("Lstsq", "a b", a =>
        {
            Tensor inverse = Tf.Linalg.Pinv(a.Tensor("a"), a.Has("rcond") ? a.Number("rcond", 0) : null);
            return a.Tensor("b").Rank == 1 ? Tf.Linalg.MatVec(inverse, a.Tensor("b")) : Tf.MatMul(inverse, a.Tensor("b"));
        });
        table.AddMany("LuFactor", "x", a =>
        {
            (Tensor factors, Tensor order) = Tf.Linalg.Lu(a.Tensor("x"));
            return [factors, order.Rank == 1 ? Tf.Math.InvertPermutation(order) : Tf.ArgSort(order)];
        });
        table.AddMany("Eig", "x", a =>
        {
            (Tensor values, Tensor vectors) = Tf.Linalg.Eig(a.Tensor("x"));
            return [values, vectors];
        });
        table.Add("Corrcoef", "x", a =>
        {
            Tensor x = Promotion.Floating(a.Tensor("x")), centered = x - Tf.ReduceMean(x, [-1], keepDims: true);
            Tensor covariance = Tf.MatMul(centered, centered, transposeB: true), deviation = Tf.Sqrt(Tf.Linalg.DiagPart(covariance));
            return Tf.ClipByValue(covariance / (Tf.ExpandDims(deviation, 1) * deviation), -1, 1);
        });
        table.Add("Correlate", "x1 x2", a =>
        {
            (Tensor x, Tensor y) = Promotion.Of(Promotion.Floating(a.Tensor("x1")), Promotion.Floating(a.Tensor("x2")));
            Tensor length = Tf.Size(x), window = Tf.Size(y), margin = Tf.Reshape(window - 1, [1, 1]);
            string mode = a.Text("mode", "valid");
            Tensor padded = mode == "valid" ? x : RawOps.Pad(x, Tf.Concat([margin, margin], 1));
            Tensor sums = Tf.Reshape(Tf.NN.Conv1D(Tf.Reshape(padded, [1, -1, 1]), Tf.Reshape(y, [-1, 1, 1]), [1], "VALID"), [-1]);
            if (mode != "same")
                return sums;
            Tensor kept = Tf.Maximum(length, window), start = Tf.Math.FloorDiv(length + window - 1 - kept, Tensor.Scalar(2));
            return RawOps.Slice(sums, Tf.Reshape(start, [1]), Tf.Reshape(kept, [1]));
        });
        table.Add("CDist", "x y", a =>
            Tf.Sqrt(Tf.ReduceSum(Tf.Square(Tf.ExpandDims(a.Tensor("x"), -2) - Tf.ExpandDims(a.Tensor("y"), -3)), -1)));
        table.Add("ExtractSequences", "x", a => Frames(a.Tensor("x"), a.Int("sequence_length"), a.Int("sequence_stride")));
        table.AddMany("STFT", "x", ShortTimeTransform);
        table.Add("Trapezoid", "y x", a =>
        {
            Tensor y = Promotion.Floating(a.Tensor("y"));
            int axis = a.Int("axis", -1), at = OperationFormulas.Axes(y, [axis])[0];
            Tensor sums = Neighbours(y, 1, null) + Neighbours(y, null, -1);
            Tensor steps = a.OptionalTensor("x", y) is { } x
                ? Difference(x, 1, x.Rank == 1 ? -1 : axis) : OperationFormulas.Constant(y, a.Number("dx", 1));
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

    // [..., samples] to [..., frames, length].
    private static Tensor Frames(Tensor x, int length, int stride)
    {
        Tensor starts = RawOps.Range(Tensor.Scalar(0), Tf.Shape(x)[-1] - (length - 1), Tensor.Scalar(stride));
        Tensor places = Tf.ExpandDims(starts, 1) + Tensor.From<int>([.. Enumerable.Range(0, length)]);
        return Tf.Gather(x, places, -1);
    }

    private static Tensor[] ShortTimeTransform(OperationArguments a)
    {
        Tensor x = a.Tensor("x");
        int length = a.Int("sequence_length"), size = a.Int("fft_length");
        if (size < length)
            throw a.Fail($"expected 'fft_length' of at least 'sequence_length', received {size} and {length}.");
        if (a.Flag("center", true))
        {
            int[,] margins = new int[x.Rank, 2];
            margins[x.Rank - 1, 0] = margins[x.Rank - 1, 1] = size / 2;
            x = RawOps.MirrorPad(x, Tensor.From(margins), "REFLECT");
        }

        Tensor frames = Frames(x, size, a.Int("sequence_stride"));
        if (a.Has("window"))
        {
            int before = (size - length) / 2;
            double[] window = [.. Enumerable.Repeat(0.0, before), .. Window(a, length), .. Enumerable.Repeat(0.0, size - length - before)];
            frames *= Tf.Cast(Tensor.From<double>(window), x.DType);
        }

        Tensor spectrum = Tf.Signal.Rfft(frames, size);
        return [Tf.Real(spectrum), Tf.Imag(spectrum)];
    }

    private static double[] Window(OperationArguments a, int length) => a.Text("window", "hann") is "hann" or "hamming"
        ? SignalWindow.Values(a.Text("window", "hann"), length, isPeriodic: true)
        : throw a.Fail($"expected the window hann or hamming, received '{a.Text("window", "hann")}'.");
}
