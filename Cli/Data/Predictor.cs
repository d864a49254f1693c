using TfLbfgs.Keras;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Cli.Data;

/// <summary>Applies a model and its scaling to a table, block by block, so that memory does not grow with the rows.</summary>
/// <param name="model">The model; borrowed.</param>
/// <param name="scaling">What was done to the columns; null: nothing.</param>
/// <param name="batchSize">The rows that are computed at once.</param>
internal sealed class Predictor(Model model, Scaling? scaling, int batchSize)
{
    private const int BatchesPerBlock = 8;
    private const int MostNumbers = 1 << 20;

    private readonly bool _isScaled = scaling is { Targets.ChangesValues: true };

    /// <summary>Whether predictions are numbers of float32, as the model gave them.</summary>
    public bool IsNarrow => model.DType == DType.Float32 && !_isScaled;

    /// <summary>The rows to read at once of a table with this many columns.</summary>
    public int RowsOfBlock(int columns) =>
        (int)Math.Clamp(MostNumbers / Math.Max(columns, 1), 1, Math.Min((long)BatchesPerBlock * batchSize, int.MaxValue));

    /// <summary>The predictions for rows of inputs, on the scale of the original targets.</summary>
    public Matrix Predict(Matrix rows)
    {
        Matrix scaled = scaling?.Inputs.Apply(rows) ?? rows;
        using Tensor x = scaled.ToTensor(model.DType), y = model.Predict(x, batchSize);
        Matrix predicted = new(y.ToDoubles(), (int)y.Shape[1]);
        return _isScaled ? scaling!.Targets.Undo(predicted) : predicted;
    }
}
