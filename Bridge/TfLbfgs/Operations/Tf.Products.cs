using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Matrix products and sums of products.</content>
public static partial class Tf
{
    /// <summary>The matrix product of the last two dimensions; the others broadcast. Python: <c>tf.matmul</c>.</summary>
    /// <param name="a">The left factor, shape [..., n, k].</param>
    /// <param name="b">The right factor, shape [..., k, m].</param>
    /// <param name="transposeA">Whether the left factor is transposed before.</param>
    /// <param name="transposeB">Whether the right factor is transposed before.</param>
    /// <param name="adjointA">Whether the left factor is transposed and conjugated before.</param>
    /// <param name="adjointB">Whether the right factor is transposed and conjugated before.</param>
    /// <returns>The product, shape [..., n, m].</returns>
    public static Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false, bool adjointA = false,
        bool adjointB = false)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if ((transposeA && adjointA) || (transposeB && adjointB))
            throw new TfLbfgsException(
                "Tf.MatMul: expected transposeA or adjointA, and transposeB or adjointB, received both of a pair. Leave one of them out.");
        (bool left, bool right) = (transposeA || adjointA, transposeB || adjointB);
        bool isMatrix = a.Rank == 2 && b.Rank == 2;
        if (!a.DType.IsComplex)
            return isMatrix ? RawOps.MatMul(a, b, left, right) : RawOps.BatchMatMulV2(a, b, left, right);
        // One op takes transposes, the other adjoints: each is the other one of the conjugate.
        bool conjugateA = isMatrix ? adjointA : transposeA, conjugateB = isMatrix ? adjointB : transposeB;
        return Scoped(() =>
        {
            (Tensor x, Tensor y) = (conjugateA ? RawOps.Conj(a) : a, conjugateB ? RawOps.Conj(b) : b);
            return isMatrix ? RawOps.MatMul(x, y, left, right) : RawOps.BatchMatMulV2(x, y, left, right);
        });
    }

    /// <summary>A sum of products of elements, by index letters. Python: <c>tf.einsum</c>.</summary>
    /// <param name="equation">Such as <c>bij,bjk-&gt;bik</c>; without an arrow the letters that occur once stay, in alphabetical order;
    /// <c>...</c> stands for dimensions that broadcast.</param>
    /// <param name="operands">The tensors. More than two are multiplied from left to right.</param>
    /// <returns>The result.</returns>
    public static Tensor Einsum(string equation, params Tensor[] operands)
    {
        ArgumentException.ThrowIfNullOrEmpty(equation);
        ArgumentNullException.ThrowIfNull(operands);
        string[] sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->");
        string[] inputs = sides[0].Split(',');
        if (sides.Length > 2 || inputs.Length != operands.Length)
            throw new TfLbfgsException($"Tf.Einsum: expected an equation of {operands.Length} operands, received '{equation}'.");
        string output = sides.Length == 2 ? sides[1] : Remaining(sides[0]);
        if (operands.Length <= 2)
            return RawOps.Einsum(operands, $"{sides[0]}->{output}");
        return Scoped(() =>
        {
            (string letters, Tensor product) = (inputs[0], operands[0]);
            for (int i = 1; i < operands.Length; i++)
            {
                string later = i == operands.Length - 1 ? output : string.Concat(inputs[(i + 1)..]) + output;
                string both = letters + inputs[i];
                string kept = i == operands.Length - 1
                    ? output
                    : (both.Contains('.', StringComparison.Ordinal) ? "..." : "")
                        + string.Concat(both.Where(c => c != '.' && later.Contains(c, StringComparison.Ordinal)).Distinct());
                product = RawOps.Einsum([product, operands[i]], $"{letters},{inputs[i]}->{kept}");
                letters = kept;
            }

            return product;
        });
    }

    /// <summary>The sum of products over some dimensions of two tensors. Python: <c>tf.tensordot</c>.</summary>
    /// <param name="a">The left factor.</param>
    /// <param name="b">The right factor.</param>
    /// <param name="axes">How many dimensions: the last of the left and the first of the right factor.</param>
    /// <returns>The result: the other dimensions of the left, then those of the right factor.</returns>
    public static Tensor TensorDot(Tensor a, Tensor b, int axes)
    {
        ArgumentNullException.ThrowIfNull(a);
        return TensorDot(a, b, [.. Enumerable.Range(a.Rank - axes, axes)], [.. Enumerable.Range(0, axes)]);
    }

    /// <summary>The sum of products over some dimensions of two tensors. Python: <c>tf.tensordot</c> with two lists.</summary>
    /// <param name="a">The left factor.</param>
    /// <param name="b">The right factor.</param>
    /// <param name="axesA">Dimensions of the left factor.</param>
    /// <param name="axesB">The dimensions of the right factor that go with them.</param>
    /// <returns>The result: the other dimensions of the left, then those of the right factor.</returns>
    public static Tensor TensorDot(Tensor a, Tensor b, int[] axesA, int[] axesB)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(axesA);
        ArgumentNullException.ThrowIfNull(axesB);
        if (a.Rank < 0 || b.Rank < 0 || axesA.Length != axesB.Length)
            throw new TfLbfgsException($"Tf.TensorDot: expected tensors of known rank and as many axes of each, received {a.Describe()} "
                + $"with {axesA.Length} and {b.Describe()} with {axesB.Length}.");
        int[] left = Array.ConvertAll(axesA, axis => AxisOf(axis, a.Rank)), right = Array.ConvertAll(axesB, axis => AxisOf(axis, b.Rank));
        int[] freeA = [.. Enumerable.Range(0, a.Rank).Except(left)], freeB = [.. Enumerable.Range(0, b.Rank).Except(right)];
        return Scoped(() =>
        {
            Tensor x = AsMatrix(a, freeA, left), y = AsMatrix(b, right, freeB);
            Tensor product = RawOps.MatMul(x, y);
            return RawOps.Reshape(product, RawOps.ConcatV2([SizesOf(a, freeA), SizesOf(b, freeB)], Tensor.Scalar(0)));
        });
    }

    /// <inheritdoc cref="Linalg.Norm(Tensor, double, int[], bool)"/>
    public static Tensor Norm(Tensor x, double order = 2, int[]? axes = null, bool keepDims = false) =>
        Linalg.Norm(x, order, axes, keepDims);

    /// <summary>The matrix whose square is a given one. Python: <c>tf.matrix_square_root</c>.</summary>
    /// <param name="matrix">The matrix, invertible, shape [..., n, n].</param>
    /// <returns>The principal root.</returns>
    public static Tensor MatrixSquareRoot(Tensor matrix) => RawOps.MatrixSquareRoot(matrix);

    /// <inheritdoc cref="Linalg.Eig"/>
    public static (Tensor Eigenvalues, Tensor Eigenvectors) Eig(Tensor matrix) => Linalg.Eig(matrix);

    /// <inheritdoc cref="Linalg.Eigvals"/>
    public static Tensor Eigvals(Tensor matrix) => Linalg.Eigvals(matrix);

    private static string Remaining(string inputs) =>
        (inputs.Contains('.', StringComparison.Ordinal) ? "..." : "")
            + string.Concat(inputs.Where(char.IsLetter).GroupBy(c => c).Where(group => group.Count() == 1).Select(group => group.Key)
            .Order());

    /// <summary>Some dimensions as rows, the others as columns.</summary>
    private static Tensor AsMatrix(Tensor x, int[] rows, int[] columns)
    {
        Tensor ordered = Transpose(x, [.. rows, .. columns]);
        Tensor height = RawOps.Prod(SizesOf(x, rows), Tensor.Scalar(0)), width = RawOps.Prod(SizesOf(x, columns), Tensor.Scalar(0));
        return RawOps.Reshape(ordered, RawOps.Pack([height, width]));
    }

    private static Tensor SizesOf(Tensor x, int[] axes) => Array.TrueForAll(axes, axis => x.Shape[axis] >= 0)
        ? Tensor.From(Array.ConvertAll(axes, axis => x.Shape[axis]))
        : RawOps.GatherV2(RawOps.Shape(x, DType.Int64), Tensor.From(axes), Tensor.Scalar(0));
}
