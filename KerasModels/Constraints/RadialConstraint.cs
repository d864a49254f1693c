using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Constraints;

/// <summary>
/// The kernel of a two-dimensional convolution has one value for each distance from its centre: those on the diagonal from the centre to
/// the
/// last row. Keras 2 has it, Keras 3 does not. Python: <c>tf.keras.constraints.RadialConstraint</c>.
/// </summary>
/// <remarks>The centre is taken from before the middle, as Keras takes it.</remarks>
[KerasName("RadialConstraint", "radial_constraint", Generation = KerasGeneration.Keras2)]
public sealed class RadialConstraint : Constraint
{
    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Rank != 4 || values.Shape[0] != values.Shape[1] || values.Shape[0] < 2)
        {
            throw new TfLbfgsException(
                "RadialConstraint: expected the kernel of a two-dimensional convolution, [size, size, inputs, outputs] with a size of "
                + $"at least 2, received {values.Describe()}.");
        }

        int size = (int)values.Shape[0], half = size / 2;
        int[] places = new int[size * size];
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                int ring = Math.Max(Distance(row, half, size), Distance(column, half, size));
                // Keras' rings start at the middle, but at the element before it for the centre.
                int diagonal = ring == 0 ? half - 1 : size % 2 == 0 ? half + ring : half + ring - 1;
                places[(row * size) + column] = (diagonal * size) + diagonal;
            }
        }

        Tensor flat = RawOps.Reshape(values, Tensor.From<long>([size * size, values.Shape[2] * values.Shape[3]]));
        return RawOps.Reshape(RawOps.GatherV2(flat, Tensor.From<int>(places), Tensor.Scalar(0)), Tensor.From<long>(values.Shape.ToArray()));
    }

    /// <summary>How far a row lies from the centre, which is one row or two.</summary>
    private static int Distance(int row, int half, int size) => size % 2 == 0 && row < half ? half - 1 - row : Math.Abs(row - half);
}
