using System.Text;

namespace TfLbfgs.Formats.Csv;

/// <summary>
/// Reads records of CSV text one after the other: fields between delimiters, which may stand in quotes and then hold delimiters, quotes
/// (written twice) and line breaks. No character begins a comment. The delimiter is recognized from the first record.
/// </summary>
public sealed class CsvReader : IDisposable
{
    private const int FirstBuffer = 1 << 16;
    private const int MaxRecord = 1 << 26;

    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    private readonly string _path;
    private readonly StreamReader _text;
    private readonly List<(int Start, int Length)> _fields = [];
    private char[] _buffer = new char[FirstBuffer];
    private int _begin;
    private int _end;
    private int _recordEnd;
    private bool _isAtEnd;
    private char _delimiter;
    private long _nextLine = 1;

    /// <summary>Reads text in UTF-8, or with a byte order mark.</summary>
    /// <param name="stream">The text; disposed with the reader.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="delimiter">What separates fields; 0 (default): recognized from the first record.</param>
    public CsvReader(Stream stream, string path, char delimiter = '\0')
    {
        _path = path;
        _delimiter = delimiter;
        _text = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true,
            FirstBuffer);
    }

    /// <summary>The line on which the record begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The number of fields of the record.</summary>
    public int FieldCount => _fields.Count;

    /// <summary>A field of the record, without its quotes; valid until the next record is read.</summary>
    /// <param name="index">Which field, from 0.</param>
    /// <returns>Its text.</returns>
    public ReadOnlySpan<char> Field(int index) => _buffer.AsSpan(_begin + _fields[index].Start, _fields[index].Length);

    /// <summary>Whether the record is a line with nothing or blanks alone.</summary>
    public bool IsBlank => FieldCount == 1 && Field(0).Trim().Length == 0;

    /// <summary>Reads the next record.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="TfLbfgsException">The text is not CSV, or cannot be read.</exception>
    public bool Read()
    {
        _begin = _recordEnd;
        _fields.Clear();
        Line = _nextLine;
        if (!Has(0))
            return false;
        if (_delimiter == 0)
            _delimiter = FindDelimiter();
        int at = 0;
        while (true)
        {
            at = Has(at) && _buffer[_begin + at] == '"' ? ReadQuoted(at) : ReadPlain(at);
            if (!Has(at))
                break;
            char separator = _buffer[_begin + at];
            at++;
            if (separator == _delimiter)
                continue;
            _nextLine++;
            if (separator == '\r' && Has(at) && _buffer[_begin + at] == '\n')
                at++;
            break;
        }

        _recordEnd = _begin + at;
        return true;
    }

    /// <summary>Closes the text.</summary>
    public void Dispose() => _text.Dispose();

    private int ReadPlain(int at)
    {
        int start = at;
        while (true)
        {
            int found = _buffer.AsSpan(_begin + at, _end - _begin - at).IndexOfAny(_delimiter, '\r', '\n');
            if (found >= 0)
            {
                at += found;
                break;
            }

            at = _end - _begin;
            if (!Has(at))
                break;
        }

        _fields.Add((start, at - start));
        return at;
    }

    private int ReadQuoted(int at)
    {
        // Quotes that are written twice make the field shorter than its text: it is moved together in place.
        int start = at + 1, length = 0;
        for (at++; ; at++)
        {
            if (!Has(at))
                throw new TfLbfgsException($"{_path}, line {Line}: expected a quote that ends the cell, received the end of the file.");
            char c = _buffer[_begin + at];
            if (c == '"')
            {
                if (!Has(at + 1) || _buffer[_begin + at + 1] != '"')
                    break;
                at++;
            }
            else if (c == '\n' || (c == '\r' && !(Has(at + 1) && _buffer[_begin + at + 1] == '\n')))
            {
                _nextLine++;
            }

            _buffer[_begin + start + length] = c;
            length++;
        }

        _fields.Add((start, length));
        at++;
        while (Has(at) && _buffer[_begin + at] == ' ' && _delimiter != ' ')
            at++;
        if (Has(at) && _buffer[_begin + at] != _delimiter && _buffer[_begin + at] is not ('\r' or '\n'))
            throw new TfLbfgsException($"{_path}, line {_nextLine}: expected a delimiter or the end of the line after the quote that "
                + "ends a cell, received another character.");
        return at;
    }

    /// <summary>Makes the character at a place of the record available.</summary>
    /// <returns>False behind the end of the file.</returns>
    private bool Has(int at)
    {
        while (_begin + at >= _end)
        {
            if (_isAtEnd)
                return false;
            Fill();
        }

        return true;
    }

    private void Fill()
    {
        if (_begin > 0)
        {
            _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
            _end -= _begin;
            _begin = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxRecord)
                throw new TfLbfgsException(
                    $"{_path}, line {Line}: expected a row of at most {MaxRecord} characters, received a longer one.");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        try
        {
            int read = _text.Read(_buffer, _end, _buffer.Length - _end);
            // Numbers would be read over it: .NET takes zeros behind a number for its end.
            if (_buffer.AsSpan(_end, read).Contains('\0'))
                throw new TfLbfgsException(
                    $"{_path}: expected text in UTF-8, received a zero byte after line {_nextLine}: a damaged or binary file, or UTF-16 "
                    + "without a byte order mark. Save the file as UTF-8.");
            _isAtEnd = read == 0;
            _end += read;
        }
        catch (DecoderFallbackException e)
        {
            throw new TfLbfgsException(
                $"{_path}: expected text in UTF-8, received other bytes after line {_nextLine}. Save the file as UTF-8.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TfLbfgsException($"{_path}: expected a file that can be read, received: {e.Message}", e);
        }
    }

    private char FindDelimiter()
    {
        Dictionary<char, int> counts = Delimiters.ToDictionary(delimiter => delimiter, _ => 0);
        bool isQuoted = false, isAfterBlanks = true;
        for (int at = 0; Has(at); at++)
        {
            char c = _buffer[_begin + at];
            if (c == '"')
                isQuoted = !isQuoted;
            else if (!isQuoted && !isAfterBlanks && c is '\r' or '\n')
                break;
            else if (!isQuoted && counts.TryGetValue(c, out int count))
                counts[c] = count + 1;
            isAfterBlanks &= c is '\r' or '\n' or ' ';
        }

        return Delimiters.MaxBy(delimiter => counts[delimiter]);
    }
}
