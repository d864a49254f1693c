using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>The loss that a model was compiled with, on fixed data, as a function of its trained variables.</summary>
internal sealed class FitObjective : VariableObjective
{
    private readonly Model _model;
    private ObjectiveData _data;
    private readonly bool _batchStatistics;

    public FitObjective(Model model, ObjectiveData data, LbfgsOptimizer method)
        : base(model.TrainedVariables(), new ObjectiveOptions { VectorDType = method.VectorDType })
    {
        _model = model;
        _data = data.Hold(null);
        _batchStatistics = method.BatchStatistics;
    }

    public override IReadOnlyList<Tensor> Data => _data.All;

    /// <summary>Takes other data.</summary>
    public void Replace(ObjectiveData data)
    {
        _data.Dispose();
        _data = data.Hold(null);
    }

    protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data)
    {
        (IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?> weights) = _data.Split(data);
        ModelOutput output = _model.Forward(inputs, _batchStatistics, applyUpdates: false, random: false, statistics: _batchStatistics);
        using IDisposable untracked = _model.RequireCompiled().WithoutTracking();
        return _model.LossOf(new TrainingBatch(inputs, targets, weights), output);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _data.Dispose();
        base.Dispose(disposing);
    }
}
