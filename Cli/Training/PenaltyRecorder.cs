using TfLbfgs.Keras;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TrainingData = TfLbfgs.Cli.Data.TrainingData;

namespace TfLbfgs.Cli.Training;

/// <summary>
/// Records the regularization at iterations, so that the report can part it from the data loss: at each of the first ones, then at every
/// second, fourth and so on.
/// </summary>
internal sealed class PenaltyRecorder : LbfgsObserver, IDisposable
{
    private const int MostAtOneDistance = 100;

    private readonly PenaltyObjective _objective;
    private readonly RunRecord _record;
    private int _distance = 1;

    private PenaltyRecorder(PenaltyObjective objective, RunRecord record)
    {
        _objective = objective;
        _record = record;
    }

    /// <summary>Creates a recorder.</summary>
    /// <param name="model">The model; borrowed.</param>
    /// <param name="data">The scaled data, of which one row is taken.</param>
    /// <param name="record">Receives the numbers.</param>
    public static PenaltyRecorder Create(Model model, TrainingData data, RunRecord record)
    {
        using Tensor x = data.Inputs.RowRange(0, 1).ToTensor(model.DType), y = data.Targets.RowRange(0, 1).ToTensor(model.DType);
        return new PenaltyRecorder(new PenaltyObjective(model, x, y), record);
    }

    public override void OnIteration(LbfgsProgress progress, Tensor position)
    {
        if (progress.Iteration % _distance != 0)
            return;
        _record.Penalties.Add((progress.Iteration, _objective.At(position)));
        if (_record.Penalties.Count % MostAtOneDistance == 0)
            _distance *= 2;
    }

    public void Dispose() => _objective.Dispose();

    /// <summary>The penalties of a model alone, as a function of the flat vector.</summary>
    private sealed class PenaltyObjective(Model model, Tensor x, Tensor y)
        : ModelObjective(model, static (_, predicted) => 0 * Tf.ReduceMean(predicted), x, y)
    {
        public double At(Tensor position)
        {
            using TensorScope scope = new();
            Tensor own = position.DType == DType ? position : RawOps.Cast(position, DType);
            return LossAt(own, Data).ToDouble();
        }
    }
}
