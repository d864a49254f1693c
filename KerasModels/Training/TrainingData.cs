using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// What a model is trained or measured on: tensors with rows, or batches that come one after the other. Tuples of tensors convert to it:
/// <c>(x, y)</c>. Python: <c>x</c>, <c>y</c> and <c>sample_weight</c> of <c>fit</c>.
/// </summary>
public sealed partial class TrainingData : IDisposable
{
    private readonly bool _ownsTensors;

    /// <summary>Takes tensors of a model with one input and one output.</summary>
    /// <param name="x">The inputs, [rows, ...]; borrowed.</param>
    /// <param name="y">The targets, [rows, ...]; borrowed.</param>
    /// <param name="sampleWeight">The weights of the samples, [rows], or in a shape that can be broadcast to the losses; null: 1.
    /// Borrowed.</param>
    public TrainingData(Tensor x, Tensor y, Tensor? sampleWeight = null) : this([x], [y], sampleWeight is null ? null : [sampleWeight])
    {
    }

    /// <summary>Takes tensors.</summary>
    /// <param name="inputs">The inputs, [rows, ...] each; borrowed.</param>
    /// <param name="targets">The targets of each output, [rows, ...]; borrowed. Empty where the loss needs none.</param>
    /// <param name="sampleWeights">The weights of the samples of each output, null where they are 1; one for all outputs; null: all 1.
    /// Borrowed.</param>
    /// <exception cref="TfLbfgsException">The numbers of rows differ, or there are none.</exception>
    public TrainingData(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?>? sampleWeights = null)
        : this(new ObjectiveData(inputs, targets, sampleWeights), false)
    {
    }

    private TrainingData(ObjectiveData arrays, bool ownsTensors)
    {
        arrays.CheckRows();
        Arrays = arrays;
        _ownsTensors = ownsTensors;
    }

    /// <summary>The number of rows; null where batches come one after the other.</summary>
    public long? Rows => Arrays?.All[0].Shape[0];

    /// <summary>The tensors; null where batches come one after the other.</summary>
    internal ObjectiveData? Arrays { get; }

    /// <summary>Takes inputs and targets.</summary>
    /// <param name="data">The tensors; borrowed.</param>
    public static implicit operator TrainingData((Tensor X, Tensor Y) data) => FromTuple(data);

    /// <summary>Takes inputs, targets and weights.</summary>
    /// <param name="data">The tensors; borrowed.</param>
    public static implicit operator TrainingData((Tensor X, Tensor Y, Tensor SampleWeight) data) => FromTuple(data);

    /// <inheritdoc cref="op_Implicit(ValueTuple{Tensor, Tensor})"/>
    /// <returns>The data.</returns>
    public static TrainingData FromTuple((Tensor X, Tensor Y) data) => new(data.X, data.Y);

    /// <inheritdoc cref="op_Implicit(ValueTuple{Tensor, Tensor, Tensor})"/>
    /// <returns>The data.</returns>
    public static TrainingData FromTuple((Tensor X, Tensor Y, Tensor SampleWeight) data) => new(data.X, data.Y, data.SampleWeight);

    /// <summary>Frees the tensors that it made itself, of arrays and files; those that were given are the caller's.</summary>
    public void Dispose()
    {
        if (_ownsTensors)
            Arrays?.Dispose();
    }

    /// <summary>The first rows, and the others.</summary>
    /// <exception cref="TfLbfgsException">One of the parts is empty, or batches come one after the other.</exception>
    internal (TrainingData Training, TrainingData Validation) Split(double validationSplit)
    {
        if (Arrays is null || Rows is not { } rows)
            throw new TfLbfgsException("FitOptions.ValidationSplit: expected data that have rows, received batches. Give ValidationData.");
        long first = (long)Math.Floor(rows * (1 - validationSplit));
        if (first == 0 || first == rows)
            throw new TfLbfgsException(
                $"FitOptions.ValidationSplit: expected a part that leaves rows for both, received {validationSplit} of {rows} rows.");
        return (Part(0, first), Part(first, rows));
    }

    private TrainingData Part(long begin, long end)
    {
        using TensorScope scope = new();
        Tensor Slice(Tensor data)
        {
            TensorIndex rows = TensorIndex.Slice(begin, end);
            return data[rows].Alias();
        }

        return new TrainingData(
            new ObjectiveData([.. Arrays!.Inputs.Select(Slice)], [.. Arrays.Targets.Select(Slice)],
                [.. Arrays.Weights.Select(w => w is null ? null : Slice(w))]), true);
    }
}
