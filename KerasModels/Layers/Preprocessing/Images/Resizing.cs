using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Images in another size. Python: <c>tf.keras.layers.Resizing</c>.</summary>
public sealed class Resizing : ImageLayer
{
    private int _height = 1;
    private int _width = 1;
    private Interpolation _interpolation = Interpolation.Bilinear;
    private bool _cropsToAspectRatio;
    private bool _padsToAspectRatio;
    private string _fillMode = "constant";
    private double _fillValue;
    private bool _antialias;

    /// <summary>Creates a layer.</summary>
    /// <param name="height">The number of rows.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="interpolation">How elements follow from old ones; default bilinear.</param>
    /// <param name="dataFormat">Where the channels stand; default last.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is below 1.</exception>
    public Resizing(
        int height, int width, Interpolation interpolation = Interpolation.Bilinear, DataFormat dataFormat = DataFormat.ChannelsLast,
            string? name = null, DTypePolicy? dtype = null)
        : base(dataFormat, name, dtype)
    {
        _height = height;
        _width = width;
        _interpolation = interpolation;
        CheckFields();
    }

    internal Resizing()
    {
    }

    /// <summary>The number of rows.</summary>
    public int Height => _height;

    /// <summary>The number of columns.</summary>
    public int Width => _width;

    /// <summary>How elements follow from old ones.</summary>
    public Interpolation Interpolation => _interpolation;

    /// <summary>
    /// Whether the middle of an image is resized that has the ratio of the new sides. Default false: the whole image, distorted.
    /// </summary>
    public bool CropsToAspectRatio
    {
        get => _cropsToAspectRatio;
        init
        {
            _cropsToAspectRatio = value;
            CheckFields();
        }
    }

    /// <summary>Whether an image is padded to the ratio of the new sides before it is resized. Default false. Keras 3 only.</summary>
    public bool PadsToAspectRatio
    {
        get => _padsToAspectRatio;
        init
        {
            _padsToAspectRatio = value;
            CheckFields();
        }
    }

    /// <summary>What stands around a padded image; default 0.</summary>
    public double FillValue
    {
        get => _fillValue;
        init => _fillValue = value;
    }

    /// <summary>Whether kernels widen where an image shrinks. Default false. Keras 3 only.</summary>
    public bool Antialias
    {
        get => _antialias;
        init => _antialias = value;
    }

    // Keras 3 keeps the integers of an image.
    private protected override bool CastsIntegers => IsOfKeras2;

    /// <inheritdoc/>
    protected override Tensor Transform(Tensor images, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(images);
        Tensor source = _cropsToAspectRatio
            ? AspectRatio.Crop(images, _height, _width) : _padsToAspectRatio ? AspectRatio.Pad(images, _height, _width, _fillValue)
            : images;
        if (IsOfKeras2 && _interpolation != Interpolation.Nearest)
            source = Tf.Cast(source, DType.Float32);
        Tensor resampled = ImageResize.Resample(source, Tensor.From<int>([_height, _width]), _interpolation, _antialias);
        if (resampled.DType != images.DType)
            resampled = images.DType.IsInteger
                ? RawOps.Cast(ImageResize.Saturate(Tf.Round(resampled), images.DType), images.DType) : RawOps.Cast(resampled, images.DType);
        resampled.RefineShape([images.Shape[0], _height, _width, images.Shape[3]]);
        return resampled;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("height", ref _height, minimum: 1, required: true);
        fields.Integer("width", ref _width, minimum: 1, required: true);
        fields.Choice("interpolation", ref _interpolation, ImageResize.Names);
        fields.Flag("crop_to_aspect_ratio", ref _cropsToAspectRatio);
        fields.Flag("pad_to_aspect_ratio", ref _padsToAspectRatio, only: KerasGeneration.Keras3);
        if (fields.Generation == KerasGeneration.Keras3)
            fields.Choice("fill_mode", ref _fillMode, "constant");
        fields.Number("fill_value", ref _fillValue, only: KerasGeneration.Keras3);
        fields.Flag("antialias", ref _antialias, only: KerasGeneration.Keras3);
        if (_cropsToAspectRatio && _padsToAspectRatio)
            throw fields.Fail("expected crop_to_aspect_ratio or pad_to_aspect_ratio, received both.");
    }
}
