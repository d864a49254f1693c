using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// Intersection over union, TP / (TP + FP + FN), averaged over classes. The state is the confusion matrix, [classes, classes]; its dtype is
/// int64 by default, as in Keras 3, which cuts weights to integers: give
/// <see cref="Metric.DType"/> for others. In Keras 2 it is that of <see cref="KerasConfig.FloatX"/>. Elements whose target or prediction is
/// no class are left out, as in Keras 3; Keras 2 fails on them.
/// </summary>
public abstract class IoUMetric : Metric
{
    private int _classCount;
    private long? _ignoreClass;
    private bool _hasSparseTargets;
    private bool _hasSparsePredictions;
    private int _axis;

    private protected IoUMetric(int classCount, long? ignoreClass, bool sparseTargets, bool sparsePredictions, int axis)
    {
        _classCount = classCount;
        _ignoreClass = ignoreClass;
        _hasSparseTargets = sparseTargets;
        _hasSparsePredictions = sparsePredictions;
        _axis = axis;
    }

    /// <summary>How many classes there are.</summary>
    public int ClassCount => _classCount;

    /// <summary>Elements with this target do not count; null: all do.</summary>
    public long? IgnoreClass => _ignoreClass;

    /// <summary>Whether targets are class numbers; else one value for each class.</summary>
    public bool HasSparseTargets => _hasSparseTargets;

    /// <summary>Whether predictions are class numbers; else one value for each class.</summary>
    public bool HasSparsePredictions => _hasSparsePredictions;

    /// <summary>The axis of the classes where there is one value for each.</summary>
    public int Axis => _axis;

    /// <summary>The classes over which is averaged.</summary>
    private protected abstract IReadOnlyList<int> Targets { get; }

    private protected sealed override DType WeightDType => DType.IsFloating ? DType : DType.Float64;

    /// <inheritdoc/>
    protected override void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        Tensor target = ToClasses(yTrue, _hasSparseTargets), predicted = ToClasses(yPred, _hasSparsePredictions);
        Tensor counts = RawOps.LogicalAnd(IsClass(target), IsClass(predicted));
        if (_ignoreClass is { } ignored)
            counts = RawOps.LogicalAnd(counts, RawOps.NotEqual(target, Tensor.Scalar(ignored)));

        // A negative number is summed nowhere.
        Tensor cells = RawOps.SelectV2(counts, (target * Tensor.Scalar((long)_classCount)) + predicted, Tensor.Scalar(-1L));
        Tensor ones = Cast(counts);
        Tensor weights = sampleWeight is null ? ones : Cast(Weights(sampleWeight, yTrue, target)) * ones;
        Tensor matrix = RawOps.UnsortedSegmentSum(weights, cells, Tensor.Scalar(_classCount * _classCount));
        matrix = RawOps.Reshape(matrix, Tensor.From<int>([_classCount, _classCount]));
        State("total_confusion_matrix", [_classCount, _classCount]).AssignAdd(matrix);
    }

    /// <inheritdoc/>
    protected sealed override Tensor ComputeResult()
    {
        Tensor matrix = State("total_confusion_matrix", [_classCount, _classCount]).Value;
        DType result = Generation == KerasGeneration.Keras2 && DType.IsFloating ? DType : DType.Float32;
        Tensor classes = Tensor.From<int>([.. Targets]), first = Tensor.Scalar(0);
        Tensor diagonal = RawOps.MatrixDiagPart(matrix);
        Tensor union = RawOps.GatherV2(Tf.ReduceSum(matrix, 0) + Tf.ReduceSum(matrix, 1) - diagonal, classes, first);
        Tensor common = RawOps.GatherV2(diagonal, classes, first);
        Tensor isThere = RawOps.Cast(RawOps.NotEqual(union, RawOps.ZerosLike(union)), result);
        (common, union) = (RawOps.Cast(common, result), RawOps.Cast(union, result));
        if (Generation == KerasGeneration.Keras2)
            return RawOps.DivNoNan(Tf.ReduceSum(RawOps.DivNoNan(common, union)), Tf.ReduceSum(isThere));
        return Tf.ReduceSum(common / (union + KerasConfig.Epsilon)) / (Tf.ReduceSum(isThere) + KerasConfig.Epsilon);
    }

    /// <summary>Declares the fields that a class of this kind has in files.</summary>
    private protected void DescribeClasses(ConfigFields fields, bool hasSparseTargets)
    {
        base.Describe(fields);
        fields.Integer("num_classes", ref _classCount, minimum: 1, required: true);
        fields.OptionalInteger("ignore_class", ref _ignoreClass);
        if (hasSparseTargets)
            fields.Flag("sparse_y_true", ref _hasSparseTargets);
        fields.Flag("sparse_y_pred", ref _hasSparsePredictions);
        fields.Integer("axis", ref _axis);
    }

    private protected void DescribeBase(ConfigFields fields) => base.Describe(fields);

    private protected static void CheckTargets(ConfigFields fields, int[] targets, int classCount)
    {
        if (targets.Length == 0 || targets.Any(id => id < 0 || id >= classCount))
            throw fields.Fail($"expected target_class_ids from 0 to {classCount - 1}, received [{string.Join(", ", targets)}].");
    }

    private protected sealed override DType DefaultDType(KerasGeneration generation) =>
        generation == KerasGeneration.Keras3 ? DType.Int64 : KerasConfig.FloatX;

    private Tensor ToClasses(Tensor values, bool isSparse)
    {
        Tensor classes = isSparse ? RawOps.Cast(values, DType.Int64) : RawOps.ArgMax(values, Tensor.Scalar(_axis));
        return classes.Rank == 1 ? classes : RawOps.Reshape(classes, Tensor.From<int>([-1]));
    }

    private Tensor IsClass(Tensor values) =>
        RawOps.LogicalAnd(RawOps.GreaterEqual(values, RawOps.ZerosLike(values)), RawOps.Less(values, Tensor.Scalar((long)_classCount)));

    private Tensor Weights(Tensor sampleWeight, Tensor yTrue, Tensor flat)
    {
        // As many as there are elements, or such as can be broadcast to them.
        if (sampleWeight.Rank == 0)
            return sampleWeight;
        Tensor elements = _hasSparseTargets ? yTrue : RawOps.ArgMax(yTrue, Tensor.Scalar(_axis));
        Tensor fitted = LossReduction.Fit(Name, sampleWeight, elements);
        return elements.Rank == 1 ? fitted : RawOps.Reshape(RawOps.BroadcastTo(fitted, RawOps.Shape(elements)), RawOps.Shape(flat));
    }
}
