using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// Changes variables by their gradients, step by step. Derive from it for one of your own: make its variables in
/// <see cref="CreateSlots"/> and compute in <see cref="Update(Variable, Tensor, OptimizerStep)"/>. A text converts to one with default
/// arguments: <c>"adam"</c>. An optimizer belongs to one list of variables, owns its state, and is not thread-safe. Python:
/// <c>tf.keras.optimizers.Optimizer</c>.
/// </summary>
public abstract partial class Optimizer : KerasComponent, IDisposable
{
    private string? _name;
    private KerasGeneration _generation = KerasGeneration.Keras3;
    private bool _isLegacy;
    private LearningRateSchedule _schedule;
    private double? _weightDecay;
    private double? _clipNorm;
    private double? _globalClipNorm;
    private double? _clipValue;
    private bool _useEma;
    private double _emaMomentum = 0.99;
    private int? _emaOverwriteFrequency;
    private double? _lossScaleFactor;
    private int? _accumulationSteps;
    private double _decay;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate: a number, or a schedule.</param>
    protected Optimizer(LearningRateSchedule learningRate)
    {
        ArgumentNullException.ThrowIfNull(learningRate);
        _schedule = learningRate;
    }

    /// <summary>The name in files; default the class name in snake case, such as <c>adam_w</c>; in Keras 2 the class name.</summary>
    public string Name
    {
        get => _name ?? DefaultName(Generation);
        init => _name = value;
    }

    /// <summary>
    /// The generation of Keras whose arithmetic is meant; default Keras 3.
    /// </summary>
    public KerasGeneration Generation
    {
        get => _generation;
        init => _generation = value;
    }

    /// <summary>
    /// Whether the formulas of <c>tf.keras.optimizers.legacy</c> are meant, those up to TensorFlow 2.10: all numbers rounded to float32,
    /// and the small number outside of the root. Implies Keras 2. Default false.
    /// </summary>
    public bool IsLegacy
    {
        get => _isLegacy;
        init
        {
            _isLegacy = value;
            if (value)
                _generation = KerasGeneration.Keras2;
        }
    }

    /// <summary>
    /// The part of a variable that each step takes away, times the learning rate; null (default): none. Python: <c>weight_decay</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">Set to a negative number.</exception>
    public double? WeightDecay
    {
        get => _weightDecay;
        init
        {
            _weightDecay = value;
            CheckFields();
        }
    }

    /// <summary>The largest norm of the gradient of each variable; null (default): any. Python: <c>clipnorm</c>.</summary>
    /// <exception cref="TfLbfgsException">Set together with another way of clipping.</exception>
    public double? ClipNorm
    {
        get => _clipNorm;
        init
        {
            _clipNorm = value;
            CheckFields();
        }
    }

    /// <summary>The largest norm of all gradients together; null (default): any. Python: <c>global_clipnorm</c>.</summary>
    /// <exception cref="TfLbfgsException">Set together with another way of clipping.</exception>
    public double? GlobalClipNorm
    {
        get => _globalClipNorm;
        init
        {
            _globalClipNorm = value;
            CheckFields();
        }
    }

    /// <summary>The largest absolute value of an element of a gradient; null (default): any. Python: <c>clipvalue</c>.</summary>
    /// <exception cref="TfLbfgsException">Set together with another way of clipping.</exception>
    public double? ClipValue
    {
        get => _clipValue;
        init
        {
            _clipValue = value;
            CheckFields();
        }
    }

    /// <summary>
    /// Whether an exponential moving average of the variables is kept, which takes their place at the end of training. Default false.
    /// Python:
    /// <c>use_ema</c>.
    /// </summary>
    public bool UseEma
    {
        get => _useEma;
        init => _useEma = value;
    }

    /// <summary>The part of the former average that stays, from 0 to 1; default 0.99. Python: <c>ema_momentum</c>.</summary>
    /// <exception cref="TfLbfgsException">Set to a number that is not from 0 to 1.</exception>
    public double EmaMomentum
    {
        get => _emaMomentum;
        init
        {
            _emaMomentum = value;
            CheckFields();
        }
    }

    /// <summary>
    /// After how many steps the average takes the place of the variables, again and again; null (default): at the end only. Python:
    /// <c>ema_overwrite_frequency</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">Set to a number below 1.</exception>
    public int? EmaOverwriteFrequency
    {
        get => _emaOverwriteFrequency;
        init
        {
            _emaOverwriteFrequency = value;
            CheckFields();
        }
    }

    /// <summary>The factor of the loss, which gradients are divided by; null (default): 1. Python: <c>loss_scale_factor</c>.</summary>
    public double? LossScaleFactor
    {
        get => _lossScaleFactor;
        init => _lossScaleFactor = value;
    }

    /// <summary>
    /// After how many calls of Apply the mean of their gradients makes one step; null (default): after each. Python:
    /// <c>gradient_accumulation_steps</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">Set to a number below 2.</exception>
    public int? GradientAccumulationSteps
    {
        get => _accumulationSteps;
        init
        {
            _accumulationSteps = value;
            CheckFields();
        }
    }

    /// <summary>The schedule of the learning rate; null where it is a number. Python: <c>optimizer._learning_rate</c>.</summary>
    public LearningRateSchedule? Schedule => _schedule is ConstantRate ? null : _schedule;

    /// <summary>
    /// By how much the learning rate of a legacy optimizer falls: it is divided by 1 + decay · steps. Default 0. Python: <c>decay</c>.
    /// </summary>
    private protected double Decay => _decay;

    private protected sealed override string Module => "keras.optimizers";

    /// <summary>
    /// Whether parts of the base that concern variables and gradients have no meaning, as in an optimizer around another one.
    /// </summary>
    private protected virtual bool IsWrapper => false;

    /// <summary>Looks up an optimizer with default arguments by its Keras name.</summary>
    /// <param name="name">Such as <c>adam</c>.</param>
    public static implicit operator Optimizer(string name) => FromString(name);

    /// <summary>Looks up an optimizer with default arguments by its Keras name. Python: <c>tf.keras.optimizers.get</c>.</summary>
    /// <param name="name">Such as <c>adam</c> or <c>Adam</c>.</param>
    /// <returns>The optimizer.</returns>
    /// <exception cref="TfLbfgsException">No optimizer has the name.</exception>
    public static Optimizer FromString(string name) => KerasRegistry.Create<Optimizer>(name);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Origin(ref _generation);
        string? name = _name ?? DefaultName(fields.Generation);
        fields.OptionalText("name", ref name);
        if (fields.IsReading && name != DefaultName(fields.Generation))
            _name = name;
        if (IsWrapper)
            return;
        if (fields.Generation == KerasGeneration.Keras3)
            DescribeRate(fields);
        // The legacy optimizers refuse what they do not have.
        bool isWhole = fields.IsReading || !_isLegacy;
        if (isWhole)
            fields.OptionalNumber("weight_decay", ref _weightDecay, minimum: 0);
        fields.OptionalNumber("clipnorm", ref _clipNorm, minimum: 0);
        fields.OptionalNumber("global_clipnorm", ref _globalClipNorm, minimum: 0);
        fields.OptionalNumber("clipvalue", ref _clipValue, minimum: 0);
        if (isWhole)
        {
            fields.Flag("use_ema", ref _useEma);
            fields.Number("ema_momentum", ref _emaMomentum, minimum: 0, maximum: 1);
            fields.OptionalInteger("ema_overwrite_frequency", ref _emaOverwriteFrequency, minimum: 1);
        }

        fields.OptionalNumber("loss_scale_factor", ref _lossScaleFactor, only: KerasGeneration.Keras3);
        fields.OptionalInteger("gradient_accumulation_steps", ref _accumulationSteps, minimum: 2, only: KerasGeneration.Keras3);
        fields.Ignore("jit_compile");
        if (fields.Generation == KerasGeneration.Keras2)
        {
            if (fields.IsReading || _isLegacy)
                fields.Number("decay", ref _decay);
            fields.Flag("is_legacy_optimizer", ref _isLegacy, only: KerasGeneration.Keras2);
            DescribeRate(fields);
        }

        if (new[] { _clipNorm, _globalClipNorm, _clipValue }.Count(clip => clip is not null) > 1)
        {
            throw fields.Fail(
                $"expected one of clipnorm, global_clipnorm and clipvalue, received clipnorm = {_clipNorm}, global_clipnorm = "
                    + $"{_globalClipNorm}, clipvalue = {_clipValue}.");
        }
    }

    /// <summary>A number of Python as Keras on TensorFlow casts it to the dtype of a variable: by way of float32.</summary>
    private protected static double Cast(double value) => (float)value;

    /// <summary>A number as the legacy optimizers keep it: rounded to float32.</summary>
    private protected double Kept(double value) => _isLegacy ? (float)value : value;

    private void DescribeRate(ConfigFields fields)
    {
        LearningRateSchedule rate = fields.IsReading || Schedule is not null ? _schedule : LearningRate;
        fields.Exchange(new FieldDeclaration("learning_rate", Alias: "lr"), ref rate, LearningRateForm.Form);
        if (fields.IsReading)
            _schedule = rate;
    }

    private string DefaultName(KerasGeneration generation) => generation == KerasGeneration.Keras2 ? ClassName : SnakeCase.Of(ClassName);
}
