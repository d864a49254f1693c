using TfLbfgs.Functions;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Applies a cell to the steps of a sequence, one after the other. The input is [batch, steps, features]; the states before the first step
/// may follow it in the list of inputs, or be given as the argument
/// <c>initial_state</c>. In a traced function the steps are one loop, whose size does not grow with them.
/// </summary>
public abstract class RecurrentLayer : Layer
{
    private bool _returnSequences;
    private bool _returnState;
    private bool _goBackwards;
    private bool _stateful;
    private bool _unroll;
    private bool _timeMajor;
    private bool _zeroOutputForMask;
    private Variable[]? _states;

    private protected RecurrentLayer(string? name, DTypePolicy? dtype) : base(name, dtype)
    {
    }

    private protected RecurrentLayer()
    {
    }

    /// <summary>Whether the outputs of all steps are returned, [batch, steps, units]; default false: that of the last one.</summary>
    public bool ReturnSequences
    {
        get => _returnSequences;
        init => _returnSequences = value;
    }

    /// <summary>Whether the states after the last step are returned behind the output; default false.</summary>
    public bool ReturnState
    {
        get => _returnState;
        init => _returnState = value;
    }

    /// <summary>Whether the steps are taken from the last to the first; the outputs then stand in that order. Default false.</summary>
    public bool GoBackwards
    {
        get => _goBackwards;
        init => _goBackwards = value;
    }

    /// <summary>Whether the states after a batch are those before the next one; the batch size must be known. Default false.</summary>
    public bool Stateful
    {
        get => _stateful;
        init => _stateful = value;
    }

    /// <summary>Whether Keras unrolls the loop; here it changes nothing, since a loop costs what its steps do. Default false.</summary>
    public bool Unroll
    {
        get => _unroll;
        init => _unroll = value;
    }

    /// <summary>Whether the output of a masked step is 0; default false: that of the step before.</summary>
    public bool ZeroOutputForMask
    {
        get => _zeroOutputForMask;
        init => _zeroOutputForMask = value;
    }

    /// <summary>The states of a stateful layer; empty for others, and before the first call.</summary>
    public IReadOnlyList<Variable> States => _states ?? [];

    /// <summary>The cell.</summary>
    private protected abstract RecurrentCell StepCell { get; }

    // The cell draws the masks of its dropout in the call of the layer.
    internal override bool IsStochastic => StepCell.Tree().Any(cell => cell.IsStochastic);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ArgumentNames => ["initial_state"];

    // Keras 2 takes the states behind the input in one list, Keras 3 by name.
    internal override IReadOnlyList<(string Name, IReadOnlyList<KerasTensor> Tensors)> NamedInputs(IReadOnlyList<KerasTensor> inputs,
        KerasGeneration generation) =>
        inputs.Count > 1 && generation == KerasGeneration.Keras3 ? [("initial_state", [.. inputs.Skip(1)])] : [];

    /// <summary>Sets the states of a stateful layer to 0. Python: <c>layer.reset_states()</c>.</summary>
    public void ResetStates()
    {
        foreach (Variable state in States)
        {
            using Tensor zeros = Tensor.Zeros(state.Shape, state.DType);
            state.Assign(zeros);
        }
    }

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        Tensor input = _timeMajor ? SwapSteps(inputs[0]) : inputs[0];
        RecurrentCell cell = StepCell;
        Shape step = StepShape(input.Shape);
        cell.Build(step);
        IReadOnlyList<Tensor> states = InitialStates(inputs, input, step, context);
        IReadOnlyList<Tensor> constants = cell.BeginSequence(input, context);
        // The steps first: what the cell makes of the inputs is wider than they are, and would take longer to transpose.
        Tensor bySteps = _timeMajor ? inputs[0] : SwapSteps(input);
        // XLA takes longer over one product of all steps than over one a step.
        bool preparesEach = Tf.InsideCompiledFunction();
        Tensor elements = preparesEach ? bySteps : cell.PrepareInputs(bySteps, constants, context);
        Tensor? mask = context.MaskOf(inputs[0]);
        Tensor? maskBySteps = mask is null ? null : _timeMajor ? mask : Tf.Transpose(mask, [1, 0]);
        (Tensor output, Tensor[] final) =
            Run(cell, preparesEach, elements, maskBySteps, states, constants, cell.ZeroState(input, cell.StepOutputShape(step)), context);
        if (_returnSequences && !_timeMajor)
            output = SwapSteps(output);
        if (mask is not null && _returnSequences)
            context.SetMask(output, mask);
        for (int i = 0; i < States.Count; i++)
            context.Update(States[i], final[i]);
        return _returnState ? [output, .. final] : [output];
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count == 0 || !inputShapes[0].HasRank || inputShapes[0].Rank < 3)
            throw new TfLbfgsException($"{this}: expected an input of at least 3 dimensions, [batch, steps, features], received "
                + $"{string.Join(" and ", inputShapes)}.");
        if (_stateful && inputShapes[0][_timeMajor ? 1 : 0] < 0)
            throw new TfLbfgsException($"{this}: expected a known batch size, since the layer keeps its states, received "
                + $"{inputShapes[0]}. State it by an InputLayer with a batch size.");
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Flag("return_sequences", ref _returnSequences);
        fields.Flag("return_state", ref _returnState);
        fields.Flag("go_backwards", ref _goBackwards);
        fields.Flag("stateful", ref _stateful);
        fields.Flag("unroll", ref _unroll);
        fields.Flag("time_major", ref _timeMajor, only: KerasGeneration.Keras2);
        fields.Flag("zero_output_for_mask", ref _zeroOutputForMask);
        DescribeCell(fields);
    }

    /// <summary>Declares the fields of the cell.</summary>
    private protected abstract void DescribeCell(ConfigFields fields);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (Variable state in States)
                state.Dispose();
        }

        base.Dispose(disposing);
    }

    private (Tensor Output, Tensor[] States) Run(
        RecurrentCell cell, bool preparesEach, Tensor inputs, Tensor? mask, IReadOnlyList<Tensor> states, IReadOnlyList<Tensor> constants,
            Tensor firstOutput, CallContext context)
    {
        // The last output goes along as a state where it is none of them.
        bool carries = mask is not null || (!_returnSequences && !cell.OutputIsFirstState);
        IReadOnlyList<Tensor> start = carries ? [firstOutput, .. states] : states;
        ScanResult result = Tf.Scan(Step, start, mask is null ? [inputs] : [inputs, mask], _goBackwards);
        Tensor[] final = carries ? result.State[1..] : result.State;
        Tensor output = _returnSequences ? result.Outputs[0] : result.State[0];
        // A scan leaves the outputs at the places of their inputs; Keras puts them in the order in which they were made.
        if (_returnSequences && _goBackwards)
            output = Tf.Reverse(output, 0);
        return (output, final);

        ScanStep Step(Tensor[] state, Tensor[] element)
        {
            Tensor[] before = carries ? state[1..] : state;
            Tensor input = preparesEach ? cell.PrepareInputs(element[0], constants, context) : element[0];
            (Tensor made, IReadOnlyList<Tensor> after) = cell.Step(input, before, constants, context);
            if (mask is not null)
            {
                made = Choose(element[1], made, _zeroOutputForMask ? Tf.ZerosLike(made) : state[0]);
                after = [.. after.Zip(before, (next, old) => Choose(element[1], next, old))];
            }

            return new ScanStep(carries ? [made, .. after] : after, _returnSequences ? [made] : []);
        }
    }

    private IReadOnlyList<Tensor> InitialStates(IReadOnlyList<Tensor> inputs, Tensor input, Shape step, CallContext context)
    {
        IReadOnlyList<Shape> shapes = StepCell.StateShapes(step);
        IReadOnlyList<Tensor> given = inputs.Count > 1
            ? [.. inputs.Skip(1)] : [.. context.Arguments.Tensors("initial_state").OfType<Tensor>()];
        if (given.Count > 0)
        {
            if (given.Count != shapes.Count)
                throw new TfLbfgsException($"{this}: expected {shapes.Count} initial states of [batch, "
                    + $"{string.Join("] and [batch, ", shapes)}], received {given.Count}.");
            return [.. given.Select(state => state.DType == ComputeDType ? state : Tf.Cast(state, ComputeDType))];
        }

        if (!_stateful)
            return [.. shapes.Select(shape => StepCell.ZeroState(input, shape))];
        _states ??= [.. shapes.Select((shape, i) => MakeState(Shape.Create([input.Shape[0], .. shape]), i))];
        return [.. _states.Select(context.ValueOf)];
    }

    private Variable MakeState(Shape shape, int index)
    {
        using IDisposable eager = Tf.InitScope();
        using Tensor zeros = Tensor.Zeros(shape, ComputeDType);
        return new Variable(zeros, $"{Path}/state_{index}", trainable: false);
    }

    private static Shape StepShape(Shape input) => Shape.Create([input[0], .. input.ToArray().AsSpan()[2..]]);

    private static Tensor SwapSteps(Tensor x) => Tf.Transpose(x, [1, 0, .. Enumerable.Range(2, x.Rank - 2)]);

    // The mask of a step is [batch].
    private static Tensor Choose(Tensor mask, Tensor counts, Tensor otherwise)
    {
        for (int rank = 1; rank < counts.Rank; rank++)
            mask = Tf.ExpandDims(mask, -1);
        return Tf.Where(mask, counts, otherwise);
    }
}
