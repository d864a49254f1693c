using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>Measures the validation loss of one run, and keeps the best point in its state.</summary>
internal sealed class Validator : IDisposable
{
    private readonly Validation _validation;
    private readonly LbfgsState _state;
    private readonly Function? _function;

    public Validator(Validation validation, Execution execution, LbfgsState state)
    {
        _validation = validation;
        _state = state;
        // Compiling would take longer than most validations do in all.
        if (validation.Loss is not null)
            _function = ExecutionPlan.ForCalls(execution).Uncompiled(Body, "lbfgs_validate");
    }

    /// <summary>Measures at a point, when it is time to.</summary>
    public double? Measure(int iteration, Trial point)
    {
        if (iteration % _validation.Interval != 0)
            return null;
        double loss;
        try
        {
            loss = Evaluate(point.Position);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw CallbackFailure.Of("LbfgsOptions.Validation", iteration, e);
        }

        _state.ValidationPatience.Add(loss, _validation.MinimumImprovement);
        if (loss < _state.ValidationLoss && point.IsFinite)
        {
            _state.Validated?.Dispose();
            _state.Validated = point.Share();
            _state.ValidationLoss = loss;
            _state.ValidationIteration = iteration;
        }

        return loss;
    }

    /// <inheritdoc/>
    public void Dispose() => _function?.Dispose();

    private double Evaluate(Tensor position)
    {
        if (_validation.HostLoss is { } hostLoss)
        {
            using TensorScope hostScope = new();
            return hostLoss(position);
        }

        using TensorScope scope = new();
        Tensor loss = _function is null ? Body([position])[0] : _function.Call(position)[0];
        _state.ValidationReads++;
        return loss.ToScalar<double>();
    }

    private Tensor[] Body(Tensor[] inputs)
    {
        Tensor loss = _validation.Loss!(inputs[0]);
        if (loss is null)
            throw new TfLbfgsException("Expected a validation loss, received null.");
        if (loss.DType is not (DType.Float32 or DType.Float64) || (loss.Shape.HasRank && loss.Rank != 0))
            throw new TfLbfgsException($"Expected a validation loss of float32() or float64(), received {loss.Describe()}. Reduce it to "
                + "one number, such as with Tf.ReduceMean.");
        return [loss.DType == DType.Float64 ? loss : RawOps.Cast(loss, DType.Float64)];
    }
}
