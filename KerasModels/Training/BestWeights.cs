using TfLbfgs.Keras.Callbacks;

namespace TfLbfgs.Keras;

/// <summary>
/// The weights of the epoch with the smallest validation loss, or loss where nothing is validated: what remains when a callback fails.
/// </summary>
internal sealed class BestWeights(Model model) : IDisposable
{
    private WeightSnapshot? _weights;
    private double _best = double.PositiveInfinity;

    /// <summary>The epoch of the weights.</summary>
    public int Epoch { get; private set; }

    /// <summary>Keeps the weights where the epoch is the best so far.</summary>
    public void Take(int epoch, TrainingLogs logs)
    {
        if (!(logs.TryGetValue("val_loss", out double loss) || logs.TryGetValue("loss", out loss)) || !(loss < _best))
            return;
        (_best, Epoch) = (loss, epoch);
        if (_weights is null)
            _weights = new WeightSnapshot(model);
        else
            _weights.Take();
    }

    /// <summary>Gives the model the weights of the best epoch.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryRestore()
    {
        _weights?.Restore();
        return _weights is not null;
    }

    public void Dispose() => _weights?.Dispose();
}
