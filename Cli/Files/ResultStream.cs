using TfLbfgs.Cli.Output;
using TfLbfgs.IO;

namespace TfLbfgs.Cli.Files;

/// <summary>
/// A result that is written while it is computed. Where its place cannot take any more, what is there is moved to another one and the
/// writing goes on: a full disk does not end a computation of hours. The result appears as a whole at its end.
/// </summary>
internal sealed class ResultStream : IDisposable
{
    private readonly string _path;
    private readonly Report _report;
    private readonly Queue<string> _others;
    private AtomicFile _file;
    private string _place;
    private long _length;
    private Exception? _failure;

    /// <summary>Begins the result.</summary>
    /// <param name="path">Where it was asked for.</param>
    /// <param name="report">Receives the warning, and that the result is elsewhere.</param>
    /// <exception cref="TfLbfgsException">The place cannot be written.</exception>
    public ResultStream(string path, Report report)
    {
        _path = _place = path;
        _report = report;
        _others = new Queue<string>(ResultFile.OtherPlaces(path));
        _file = AtomicFile.Begin(path);
    }

    /// <summary>Writes the next bytes.</summary>
    /// <exception cref="TfLbfgsException">No place can take them.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            try
            {
                _file.Content.Write(bytes);
                _length += bytes.Length;
                return;
            }
            catch (Exception e) when (FileFailure.Is(e))
            {
                Move(e);
            }
        }
    }

    /// <summary>Puts the result into its place.</summary>
    /// <returns>Where it is.</returns>
    /// <exception cref="TfLbfgsException">No place can take it.</exception>
    public string Commit()
    {
        while (true)
        {
            try
            {
                _file.Commit();
                break;
            }
            catch (Exception e) when (FileFailure.Is(e))
            {
                Move(e);
            }
        }

        if (_failure is not null)
        {
            _report.IsElsewhere = true;
            _report.Warn($"{_path} could not be written: {_failure.Message.TrimEnd('.')}. The result was saved as {_place}.");
        }

        return _place;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Moves what was written to the next place that takes it.</summary>
    private void Move(Exception failure)
    {
        _failure ??= failure;
        while (_others.TryDequeue(out string? place))
        {
            try
            {
                AtomicFile next = AtomicFile.Begin(place);
                try
                {
                    Copy(_file.Content, next.Content);
                }
                catch
                {
                    next.Dispose();
                    throw;
                }

                _file.Dispose();
                (_file, _place) = (next, place);
                return;
            }
            catch (Exception e) when (FileFailure.Is(e))
            {
            }
        }

        throw new TfLbfgsException($"{_path}: expected a place that can be written, received: {_failure.Message.TrimEnd('.')}. Nowhere "
            + "else "
            + "was place either. Free space or name another place.", _failure);
    }

    // What a failed write left behind its start is not counted.
    private void Copy(Stream from, Stream to)
    {
        byte[] buffer = new byte[1 << 20];
        from.Position = 0;
        for (long left = _length; left > 0;)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            from.ReadExactly(part);
            to.Write(part);
            left -= part.Length;
        }
    }
}
