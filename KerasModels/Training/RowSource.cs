namespace TfLbfgs.Keras;

/// <summary>Steps on rows of tensors that are held whole.</summary>
internal sealed class RowSource : StepSource
{
    private readonly ObjectiveData _data;
    private readonly RowOrder _order;

    public RowSource(ObjectiveData arrays, Func<ObjectiveData, ObjectiveData>? prepare, int batchSize, int? seed)
    {
        using ObjectiveData? prepared = prepare?.Invoke(arrays);
        _data = (prepared ?? arrays).Hold(null);
        _order = new RowOrder(arrays.All[0].Shape[0], batchSize, seed);
    }

    public override long? Steps => _order.Steps;

    public override IEnumerable<StepInput> Epoch(int epoch) => _order.Epoch(epoch).Select(indices => new StepInput(_data, indices, null));

    public override StepInput Sample() => new(_data, _order.First(), null);

    public override void Dispose()
    {
        _data.Dispose();
        base.Dispose();
    }
}
