using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>The gradient of one variable, dense or sparse. Its tensors belong to the scope of the step.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Dense">The dense gradient; null where it is sparse.</param>
/// <param name="Slices">The sparse one; null where it is dense.</param>
internal sealed record VariableGradient(Variable Variable, Tensor? Dense, IndexedSlices? Slices)
{
    /// <summary>All elements of the gradient that are not 0 by their place.</summary>
    public Tensor Values => Dense ?? Slices!.Values;

    /// <exception cref="TfLbfgsException">The gradient has another shape than the variable.</exception>
    public static VariableGradient Of(Variable variable, Tensor? dense, IndexedSlices? slices)
    {
        ArgumentNullException.ThrowIfNull(variable);
        Tensor values = dense ?? slices!.Values;
        bool fits = dense is not null
            ? variable.Shape.IsCompatibleWith(values.Shape)
            : !values.Shape.HasRank || (values.Rank == variable.Shape.Rank && values.Rank > 0);
        if (!fits)
            throw new TfLbfgsException($"Variable {variable}: expected a gradient of its shape, received {values.Describe()}.");
        VariableGradient gradient = new(variable, dense, slices);
        return values.DType == variable.DType ? gradient : gradient.With(other => RawOps.Cast(other, variable.DType));
    }

    /// <summary>The gradient with other values of the same shape.</summary>
    public VariableGradient With(Func<Tensor, Tensor> change) => Slices is { } slices
        ? this with { Slices = new IndexedSlices(change(slices.Values), slices.Indices, slices.RowCount) }
        : this with { Dense = change(Dense!) };

    /// <summary>The gradient as a tensor of the variable's shape.</summary>
    public VariableGradient ToDense()
    {
        if (Slices is null)
            return this;
        Tensor dense = Slices.ToTensor();
        dense.RefineShape(Variable.Shape);
        return new VariableGradient(Variable, dense, null);
    }

    /// <summary>The rows, with those that stand at one place added.</summary>
    public static IndexedSlices WithoutRepeats(IndexedSlices slices)
    {
        RawOps.UniqueOutputs unique = RawOps.Unique(slices.Indices);
        Tensor count = RawOps.Size(unique.Y);
        return new IndexedSlices(RawOps.UnsortedSegmentSum(slices.Values, unique.Idx, count), unique.Y, slices.RowCount);
    }
}
